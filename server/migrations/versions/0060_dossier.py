"""0060_dossier: dossiers of commendation, what belongs to them, and uploaded templates of papers."""

import sqlalchemy as sa
from alembic import op

revision = "0060"
down_revision = "0036"


def upgrade() -> None:
    op.create_table('dossier',
    sa.Column('dossier_id', sa.String(length=36), nullable=False),
    sa.Column('form_id', sa.String(length=64), nullable=False),
    sa.Column('unit_code', sa.String(length=64), nullable=False),
    sa.Column('award', sa.String(length=64), nullable=False),
    sa.Column('occasion', sa.String(length=64), nullable=False),
    sa.Column('procedure', sa.String(length=16), nullable=False),
    sa.Column('state', sa.String(length=64), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('signer', sa.String(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by', sa.String(length=36), nullable=False),
    sa.Column('received_on', sa.Date(), nullable=True),
    sa.Column('due_on', sa.Date(), nullable=True),
    sa.Column('checks', sa.JSON(), nullable=False),
    sa.Column('appraisal_note', sa.Text(), nullable=False),
    sa.Column('posted_from', sa.Date(), nullable=True),
    sa.Column('posted_to', sa.Date(), nullable=True),
    sa.CheckConstraint("procedure IN ('regular', 'simplified')", name=op.f('ck_dossier_procedure')),
    sa.CheckConstraint('(posted_from IS NULL) = (posted_to IS NULL)', name=op.f('ck_dossier_posted')),
    sa.CheckConstraint('version >= 1', name=op.f('ck_dossier_version')),
    sa.ForeignKeyConstraint(['created_by'], ['person.person_id'], name=op.f('fk_dossier_created_by')),
    sa.ForeignKeyConstraint(['unit_code'], ['org_unit.code'], name=op.f('fk_dossier_unit_code')),
    sa.PrimaryKeyConstraint('dossier_id', name=op.f('pk_dossier'))
    )
    op.create_index(op.f('ix_dossier_state'), 'dossier', ['state'], unique=False)
    op.create_index(op.f('ix_dossier_unit_code'), 'dossier', ['unit_code'], unique=False)
    op.create_table('paper_template',
    sa.Column('template_id', sa.String(length=36), nullable=False),
    sa.Column('kind', sa.String(length=64), nullable=False),
    sa.Column('hash', sa.String(length=64), nullable=False),
    sa.Column('content', sa.LargeBinary(), nullable=False),
    sa.Column('uploaded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('uploaded_by', sa.String(length=36), nullable=False),
    sa.Column('in_use', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['uploaded_by'], ['person.person_id'], name=op.f('fk_paper_template_uploaded_by')),
    sa.PrimaryKeyConstraint('template_id', name=op.f('pk_paper_template'))
    )
    op.create_index(op.f('ix_paper_template_kind'), 'paper_template', ['kind'], unique=False)
    op.create_index('uq_paper_template_in_use', 'paper_template', ['kind'], unique=True, sqlite_where=sa.text('in_use'), postgresql_where=sa.text('in_use'))
    op.create_table('decision',
    sa.Column('dossier_id', sa.String(length=36), nullable=False),
    sa.Column('kind', sa.String(length=16), nullable=False),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('decided_by', sa.String(length=36), nullable=False),
    sa.Column('signer', sa.String(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('certificate_text', sa.Text(), nullable=False),
    sa.Column('number', sa.String(length=40), nullable=False),
    sa.Column('signed_on', sa.Date(), nullable=True),
    sa.Column('money_vnd', sa.BigInteger(), nullable=False),
    sa.CheckConstraint("kind IN ('award', 'forward', 'refuse')", name=op.f('ck_decision_kind')),
    sa.ForeignKeyConstraint(['decided_by'], ['person.person_id'], name=op.f('fk_decision_decided_by')),
    sa.ForeignKeyConstraint(['dossier_id'], ['dossier.dossier_id'], name=op.f('fk_decision_dossier_id')),
    sa.PrimaryKeyConstraint('dossier_id', 'kind', name=op.f('pk_decision'))
    )
    op.create_table('dossier_step',
    sa.Column('dossier_id', sa.String(length=36), nullable=False),
    sa.Column('seq', sa.Integer(), nullable=False),
    sa.Column('action', sa.String(length=64), nullable=False),
    sa.Column('from_state', sa.String(length=64), nullable=False),
    sa.Column('to_state', sa.String(length=64), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('person_id', sa.String(length=36), nullable=False),
    sa.Column('role', sa.String(length=64), nullable=False),
    sa.ForeignKeyConstraint(['dossier_id'], ['dossier.dossier_id'], name=op.f('fk_dossier_step_dossier_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.person_id'], name=op.f('fk_dossier_step_person_id')),
    sa.PrimaryKeyConstraint('dossier_id', 'seq', name=op.f('pk_dossier_step'))
    )
    op.create_table('meeting',
    sa.Column('dossier_id', sa.String(length=36), nullable=False),
    sa.Column('level', sa.String(length=16), nullable=False),
    sa.Column('met_on', sa.Date(), nullable=False),
    sa.Column('met_at', sa.String(), nullable=False),
    sa.Column('chair', sa.String(), nullable=False),
    sa.Column('secretary', sa.String(), nullable=False),
    sa.Column('present', sa.JSON(), nullable=False),
    sa.Column('absent', sa.JSON(), nullable=False),
    sa.Column('notes', sa.Text(), nullable=False),
    sa.CheckConstraint("level IN ('unit', 'council')", name=op.f('ck_meeting_level')),
    sa.ForeignKeyConstraint(['dossier_id'], ['dossier.dossier_id'], name=op.f('fk_meeting_dossier_id')),
    sa.PrimaryKeyConstraint('dossier_id', 'level', name=op.f('pk_meeting'))
    )
    op.create_table('nomination',
    sa.Column('nomination_id', sa.String(length=36), nullable=False),
    sa.Column('dossier_id', sa.String(length=36), nullable=False),
    sa.Column('place', sa.Integer(), nullable=False),
    sa.Column('recipient', sa.String(length=16), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('search', sa.String(), nullable=False),
    sa.Column('birth_year', sa.Integer(), nullable=True),
    sa.Column('sex', sa.String(length=16), nullable=False),
    sa.Column('is_leader', sa.Boolean(), nullable=False),
    sa.Column('direct', sa.Boolean(), nullable=False),
    sa.Column('facts', sa.JSON(), nullable=False),
    sa.Column('merit', sa.Text(), nullable=False),
    sa.Column('outcome', sa.String(length=16), nullable=False),
    sa.Column('money_vnd', sa.BigInteger(), nullable=True),
    sa.CheckConstraint("outcome IN ('proposed', 'awarded', 'forwarded', 'refused')", name=op.f('ck_nomination_outcome')),
    sa.CheckConstraint("recipient IN ('individual', 'collective', 'household', 'enterprise')", name=op.f('ck_nomination_recipient')),
    sa.ForeignKeyConstraint(['dossier_id'], ['dossier.dossier_id'], name=op.f('fk_nomination_dossier_id')),
    sa.PrimaryKeyConstraint('nomination_id', name=op.f('pk_nomination'))
    )
    op.create_index(op.f('ix_nomination_dossier_id'), 'nomination', ['dossier_id'], unique=False)
    op.create_index('ix_nomination_search_birth_year', 'nomination', ['search', 'birth_year'], unique=False)
    op.create_table('opinion',
    sa.Column('dossier_id', sa.String(length=36), nullable=False),
    sa.Column('office', sa.String(length=64), nullable=False),
    sa.Column('question', sa.Text(), nullable=False),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('asked_by', sa.String(length=36), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=False),
    sa.Column('answer', sa.String(length=16), nullable=True),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('answered_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('answered_by', sa.String(length=36), nullable=True),
    sa.CheckConstraint("answer IN ('agrees', 'disagrees', 'none')", name=op.f('ck_opinion_answer')),
    sa.CheckConstraint('(answer IS NULL) = (answered_at IS NULL)', name=op.f('ck_opinion_answered')),
    sa.ForeignKeyConstraint(['answered_by'], ['person.person_id'], name=op.f('fk_opinion_answered_by')),
    sa.ForeignKeyConstraint(['asked_by'], ['person.person_id'], name=op.f('fk_opinion_asked_by')),
    sa.ForeignKeyConstraint(['dossier_id'], ['dossier.dossier_id'], name=op.f('fk_opinion_dossier_id')),
    sa.PrimaryKeyConstraint('dossier_id', 'office', name=op.f('pk_opinion'))
    )
    op.create_table('handover',
    sa.Column('nomination_id', sa.String(length=36), nullable=False),
    sa.Column('handed_on', sa.Date(), nullable=False),
    sa.Column('to_whom', sa.String(), nullable=False),
    sa.Column('place', sa.String(), nullable=False),
    sa.Column('money_paid', sa.Boolean(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('recorded_by', sa.String(length=36), nullable=False),
    sa.ForeignKeyConstraint(['nomination_id'], ['nomination.nomination_id'], name=op.f('fk_handover_nomination_id')),
    sa.ForeignKeyConstraint(['recorded_by'], ['person.person_id'], name=op.f('fk_handover_recorded_by')),
    sa.PrimaryKeyConstraint('nomination_id', name=op.f('pk_handover'))
    )
    op.create_table('objection',
    sa.Column('objection_id', sa.String(length=36), nullable=False),
    sa.Column('dossier_id', sa.String(length=36), nullable=False),
    sa.Column('nomination_id', sa.String(length=36), nullable=True),
    sa.Column('said_on', sa.Date(), nullable=False),
    sa.Column('said_by', sa.String(), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('recorded_by', sa.String(length=36), nullable=False),
    sa.Column('finding', sa.Text(), nullable=False),
    sa.Column('settled_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('settled_by', sa.String(length=36), nullable=True),
    sa.CheckConstraint('(settled_at IS NULL) = (settled_by IS NULL)', name=op.f('ck_objection_settled')),
    sa.ForeignKeyConstraint(['dossier_id'], ['dossier.dossier_id'], name=op.f('fk_objection_dossier_id')),
    sa.ForeignKeyConstraint(['nomination_id'], ['nomination.nomination_id'], name=op.f('fk_objection_nomination_id')),
    sa.ForeignKeyConstraint(['recorded_by'], ['person.person_id'], name=op.f('fk_objection_recorded_by')),
    sa.ForeignKeyConstraint(['settled_by'], ['person.person_id'], name=op.f('fk_objection_settled_by')),
    sa.PrimaryKeyConstraint('objection_id', name=op.f('pk_objection'))
    )
    op.create_index(op.f('ix_objection_dossier_id'), 'objection', ['dossier_id'], unique=False)
    op.create_table('vote',
    sa.Column('nomination_id', sa.String(length=36), nullable=False),
    sa.Column('level', sa.String(length=16), nullable=False),
    sa.Column('votes_for', sa.Integer(), nullable=False),
    sa.Column('votes_against', sa.Integer(), nullable=False),
    sa.Column('votes_total', sa.Integer(), nullable=False),
    sa.CheckConstraint("level IN ('unit', 'council')", name=op.f('ck_vote_level')),
    sa.CheckConstraint('votes_for + votes_against <= votes_total AND votes_total >= 1', name=op.f('ck_vote_total')),
    sa.CheckConstraint('votes_for >= 0 AND votes_against >= 0', name=op.f('ck_vote_counts')),
    sa.ForeignKeyConstraint(['nomination_id'], ['nomination.nomination_id'], name=op.f('fk_vote_nomination_id')),
    sa.PrimaryKeyConstraint('nomination_id', 'level', name=op.f('pk_vote'))
    )
    op.create_table('citation',
    sa.Column('nomination_id', sa.String(length=36), nullable=False),
    sa.Column('rec', sa.String(length=36), nullable=False),
    sa.Column('rev', sa.Integer(), nullable=False),
    sa.Column('hash', sa.String(length=64), nullable=False),
    sa.Column('answers_hash', sa.String(length=64), nullable=False),
    sa.Column('live', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['nomination_id'], ['nomination.nomination_id'], name=op.f('fk_citation_nomination_id')),
    sa.ForeignKeyConstraint(['rec'], ['record.rec'], name=op.f('fk_citation_rec')),
    sa.PrimaryKeyConstraint('nomination_id', 'rec', name=op.f('pk_citation'))
    )
    op.create_index(op.f('ix_citation_hash'), 'citation', ['hash'], unique=False)
    op.create_index('uq_citation_live', 'citation', ['rec'], unique=True, sqlite_where=sa.text('live'), postgresql_where=sa.text('live'))

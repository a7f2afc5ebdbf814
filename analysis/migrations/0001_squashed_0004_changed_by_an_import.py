"""Every table as the first 4 migrations of this app leave it, for a database that has none yet: in one step (0037).

A database on its way through them goes on through them; one that has come through counts as having run this.
"""

import crm.constraints
import crm.history
import crm.migrating
import crm.tenancy
import django.db.models.deletion
import django.db.models.fields.json
import django.db.models.functions.comparison
import django.utils.timezone
import pghistory.utils
import pgtrigger.compiler
import pgtrigger.migrations
from decimal import Decimal
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [
        ('analysis', '0001_scoring_rules'),
        ('analysis', '0002_rules_of_every_company'),
        ('analysis', '0003_readings_and_usage'),
        ('analysis', '0004_changed_by_an_import'),
    ]

    initial = True

    dependencies = [
        ('crm', '0001_initial'),
        ('telephony', '0001_initial'),
    ]

    operations = [
        crm.migrating.AtOnce([
            migrations.CreateModel(
                name='HotRule',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('company', models.ForeignKey(db_index=False, default=crm.tenancy.company_of_new_row, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='crm.company')),
                    ('from_score', models.PositiveSmallIntegerField(default=70, help_text='A score of 0 to 100.', verbose_name='hot from')),
                    ('needs_interest', models.BooleanField(default=False, help_text='Interested, or asked to be called back.', verbose_name='only who showed interest')),
                    ('needs_budget', models.BooleanField(default=False, verbose_name='only who named a budget')),
                    ('takes_emergencies', models.BooleanField(default=False, help_text='Whatever their score, unless they refused.', verbose_name='emergencies too')),
                ],
                options={
                    'verbose_name': 'hot rule',
                    'abstract': False,
                    'constraints': [crm.constraints.CompanyPolicy(name='analysis_hotrule_company_policy'), models.UniqueConstraint(fields=('company', 'id'), name='analysis_hotrule_in_company'), models.UniqueConstraint(fields=('company',), name='one_hot_rule'), models.CheckConstraint(condition=models.Q(('from_score__range', (0, 100))), name='hot_from_is_0_to_100')],
                },
            ),
            migrations.CreateModel(
                name='HotRuleHistory',
                fields=[
                    ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                    ('pgh_label', models.TextField(help_text='The event label.')),
                    ('pgh_id', models.BigAutoField(primary_key=True, serialize=False)),
                    ('company', models.ForeignKey(db_constraint=False, db_index=False, editable=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='crm.company')),
                    ('whole_id', models.BigIntegerField(editable=False, help_text='The row that this one is a part of.', null=True)),
                    ('changes', models.JSONField(default=dict, editable=False)),
                    ('source', models.GeneratedField(db_persist=True, expression=django.db.models.functions.comparison.Coalesce(django.db.models.fields.json.KeyTextTransform('source', 'pgh_context'), models.Value('outside'), output_field=models.TextField()), output_field=models.TextField(choices=[('page', 'Page'), ('admin', 'Admin'), ('api', 'API'), ('api_key', 'API key'), ('provider', 'Provider'), ('worker', 'Worker'), ('command', 'Command'), ('import', 'Import'), ('outside', 'Outside Ringside')]))),
                    ('member_id', models.GeneratedField(db_persist=True, expression=django.db.models.functions.comparison.Cast(django.db.models.fields.json.KeyTextTransform('member', 'pgh_context'), models.BigIntegerField()), output_field=models.BigIntegerField(null=True))),
                    ('pgh_obj', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='history', to='analysis.hotrule')),
                    ('pgh_context', pghistory.utils.JSONField(null=True)),
                    ('pgh_context_id', models.UUIDField(null=True)),
                ],
                options={
                    'verbose_name': 'change of a hot rule',
                    'verbose_name_plural': 'history',
                    'abstract': False,
                    'indexes': [models.Index(fields=['company', '-pgh_created_at', '-pgh_id'], name='hotrulehistory_newest'), models.Index(fields=['company', 'pgh_obj', '-pgh_created_at', '-pgh_id'], name='hotrulehistory_of'), models.Index(fields=['company', 'member_id', '-pgh_created_at', '-pgh_id'], name='hotrulehistory_by')],
                    'constraints': [crm.constraints.CompanyPolicy(name='analysis_hotrulehistory_company_policy'), crm.constraints.WrittenByTriggers(name='analysis_hotrulehistory_written_by_triggers')],
                },
            ),
            migrations.CreateModel(
                name='Reading',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('company', models.ForeignKey(db_index=False, default=crm.tenancy.company_of_new_row, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='crm.company')),
                    ('work_state', models.CharField(choices=[('due', 'Waiting'), ('leased', 'In work'), ('done', 'Done'), ('dead', 'Given up')], default='due', editable=False, max_length=10, verbose_name='state')),
                    ('attempts', models.PositiveSmallIntegerField(default=0, editable=False)),
                    ('next_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='next attempt')),
                    ('lease_until', models.DateTimeField(editable=False, null=True)),
                    ('lease_token', models.UUIDField(editable=False, null=True)),
                    ('error', models.TextField(blank=True, editable=False, help_text='What went wrong last, if anything did.')),
                    ('call', crm.tenancy.CompanyForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='readings', to='telephony.call')),
                    ('backend', models.CharField(max_length=30)),
                    ('said_hash', models.CharField(blank=True, help_text='SHA-256 of the conversation that is owed.', max_length=64)),
                    ('read_hash', models.CharField(blank=True, help_text='SHA-256 of the one that was read.', max_length=64)),
                    ('version', models.CharField(blank=True, help_text='Prompt, model and windows of the answers.', max_length=200)),
                    ('answers', models.JSONField(default=list, help_text='What the model told so far, window by window.')),
                    ('outcome', models.CharField(choices=[('owed', 'Owed'), ('waiting', 'Tried again later'), ('read', 'Read'), ('stopped', 'Not read by the model')], default='owed', max_length=10)),
                    ('because', models.CharField(blank=True, help_text='Why it waits or was stopped; ends a sentence.', max_length=200)),
                    ('is_everybodys', models.BooleanField(default=False, help_text='Every call meets this trouble, not this one alone.')),
                    ('needs_mending', models.BooleanField(default=False, help_text='Only a person can end it: a key, a name, an account.')),
                    ('failures', models.PositiveSmallIntegerField(default=0, help_text='How often it was tried in vain, one by one.')),
                    ('read_at', models.DateTimeField(null=True)),
                ],
                options={
                    'verbose_name': 'reading by a model',
                    'verbose_name_plural': 'readings by a model',
                    'abstract': False,
                    'indexes': [models.Index(condition=models.Q(('work_state', 'due')), fields=['next_at'], name='reading_due_at'), models.Index(condition=models.Q(('work_state', 'leased')), fields=['lease_until'], name='reading_leased'), models.Index(condition=models.Q(('outcome__in', ('waiting', 'stopped'))), fields=['company', 'outcome', '-next_at'], name='reading_in_trouble')],
                    'constraints': [crm.constraints.CompanyPolicy(name='analysis_reading_company_policy'), models.UniqueConstraint(fields=('company', 'id'), name='analysis_reading_in_company'), crm.constraints.DueWork(name='analysis_reading_due'), crm.constraints.SameCompany('call', name='analysis_reading_call_same_company'), models.UniqueConstraint(fields=('company', 'call'), name='one_reading_per_call')],
                },
            ),
            migrations.CreateModel(
                name='Rescoring',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('company', models.ForeignKey(db_index=False, default=crm.tenancy.company_of_new_row, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='crm.company')),
                    ('work_state', models.CharField(choices=[('due', 'Waiting'), ('leased', 'In work'), ('done', 'Done'), ('dead', 'Given up')], default='due', editable=False, max_length=10, verbose_name='state')),
                    ('attempts', models.PositiveSmallIntegerField(default=0, editable=False)),
                    ('next_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='next attempt')),
                    ('lease_until', models.DateTimeField(editable=False, null=True)),
                    ('lease_token', models.UUIDField(editable=False, null=True)),
                    ('error', models.TextField(blank=True, editable=False, help_text='What went wrong last, if anything did.')),
                    ('by', crm.tenancy.CompanyForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='crm.membership')),
                    ('total', models.PositiveIntegerField(default=0, help_text='Calls to look at.')),
                    ('done', models.PositiveIntegerField(default=0, help_text='Calls looked at.')),
                    ('moved', models.PositiveIntegerField(default=0, help_text='Calls whose score changed.')),
                    ('before_id', models.BigIntegerField(editable=False, help_text='Calls below this id are still to come.', null=True)),
                    ('started_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='started')),
                    ('finished_at', models.DateTimeField(blank=True, null=True, verbose_name='finished')),
                ],
                options={
                    'abstract': False,
                    'indexes': [models.Index(condition=models.Q(('work_state', 'due')), fields=['next_at'], name='rescoring_due_at'), models.Index(condition=models.Q(('work_state', 'leased')), fields=['lease_until'], name='rescoring_leased'), models.Index(fields=['company', '-started_at'], name='rescoring_newest')],
                    'constraints': [crm.constraints.CompanyPolicy(name='analysis_rescoring_company_policy'), models.UniqueConstraint(fields=('company', 'id'), name='analysis_rescoring_in_company'), crm.constraints.DueWork(name='analysis_rescoring_due'), crm.constraints.SameCompany('by', name='analysis_rescoring_by_same_company'), models.UniqueConstraint(condition=models.Q(('finished_at', None)), fields=('company',), name='one_open_rescoring')],
                },
            ),
            migrations.CreateModel(
                name='ScoreRule',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('company', models.ForeignKey(db_index=False, default=crm.tenancy.company_of_new_row, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='crm.company')),
                    ('key', models.CharField(editable=False, max_length=40)),
                    ('label', models.CharField(help_text='As people read it beside the score.', max_length=100, verbose_name='reason')),
                    ('points', models.SmallIntegerField(help_text='From -100 to 100.')),
                    ('is_active', models.BooleanField(default=True, verbose_name='counts')),
                    ('position', models.PositiveSmallIntegerField(default=0, editable=False)),
                ],
                options={
                    'verbose_name': 'scoring rule',
                    'ordering': ['position', 'id'],
                    'abstract': False,
                    'constraints': [crm.constraints.CompanyPolicy(name='analysis_scorerule_company_policy'), models.UniqueConstraint(fields=('company', 'id'), name='analysis_scorerule_in_company'), models.UniqueConstraint(fields=('company', 'key'), name='one_score_rule_per_key'), models.CheckConstraint(condition=models.Q(('points__range', (-100, 100))), name='score_points_are_at_most_100')],
                },
            ),
            migrations.CreateModel(
                name='ScoreRuleHistory',
                fields=[
                    ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                    ('pgh_label', models.TextField(help_text='The event label.')),
                    ('pgh_id', models.BigAutoField(primary_key=True, serialize=False)),
                    ('company', models.ForeignKey(db_constraint=False, db_index=False, editable=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='crm.company')),
                    ('whole_id', models.BigIntegerField(editable=False, help_text='The row that this one is a part of.', null=True)),
                    ('changes', models.JSONField(default=dict, editable=False)),
                    ('source', models.GeneratedField(db_persist=True, expression=django.db.models.functions.comparison.Coalesce(django.db.models.fields.json.KeyTextTransform('source', 'pgh_context'), models.Value('outside'), output_field=models.TextField()), output_field=models.TextField(choices=[('page', 'Page'), ('admin', 'Admin'), ('api', 'API'), ('api_key', 'API key'), ('provider', 'Provider'), ('worker', 'Worker'), ('command', 'Command'), ('import', 'Import'), ('outside', 'Outside Ringside')]))),
                    ('member_id', models.GeneratedField(db_persist=True, expression=django.db.models.functions.comparison.Cast(django.db.models.fields.json.KeyTextTransform('member', 'pgh_context'), models.BigIntegerField()), output_field=models.BigIntegerField(null=True))),
                    ('pgh_obj', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='history', to='analysis.scorerule')),
                    ('pgh_context', pghistory.utils.JSONField(null=True)),
                    ('pgh_context_id', models.UUIDField(null=True)),
                ],
                options={
                    'verbose_name': 'change of a scoring rule',
                    'verbose_name_plural': 'history',
                    'abstract': False,
                    'indexes': [models.Index(fields=['company', '-pgh_created_at', '-pgh_id'], name='scorerulehistory_newest'), models.Index(fields=['company', 'pgh_obj', '-pgh_created_at', '-pgh_id'], name='scorerulehistory_of'), models.Index(fields=['company', 'member_id', '-pgh_created_at', '-pgh_id'], name='scorerulehistory_by')],
                    'constraints': [crm.constraints.CompanyPolicy(name='analysis_scorerulehistory_company_policy'), crm.constraints.WrittenByTriggers(name='analysis_scorerulehistory_written_by_triggers')],
                },
            ),
            migrations.CreateModel(
                name='AnalysisUsage',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('company', models.ForeignKey(db_index=False, default=crm.tenancy.company_of_new_row, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='crm.company')),
                    ('call', crm.tenancy.CompanyForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='usage', to='telephony.call')),
                    ('backend', models.CharField(max_length=30)),
                    ('model', models.CharField(max_length=100)),
                    ('prompt_version', models.CharField(max_length=60)),
                    ('tokens_in', models.PositiveIntegerField(default=0)),
                    ('tokens_out', models.PositiveIntegerField(default=0)),
                    ('cost', models.DecimalField(decimal_places=6, default=Decimal('0'), max_digits=14)),
                    ('currency', models.CharField(max_length=3)),
                    ('is_settled', models.BooleanField(default=False, help_text='Told by the server; else it is the most it may be.')),
                    ('asked_at', models.DateTimeField(default=django.utils.timezone.now)),
                ],
                options={
                    'verbose_name': 'request to a model',
                    'verbose_name_plural': 'requests to a model',
                    'abstract': False,
                    'indexes': [models.Index(fields=['company', '-asked_at'], name='usage_newest'), models.Index(fields=['company', 'call'], name='usage_of_call')],
                    'constraints': [crm.constraints.CompanyPolicy(name='analysis_analysisusage_company_policy'), models.UniqueConstraint(fields=('company', 'id'), name='analysis_analysisusage_in_company'), crm.constraints.SameCompany('call', name='analysis_analysisusage_call_same_company'), models.CheckConstraint(condition=models.Q(('cost__gte', 0)), name='usage_costs_no_less_than_nothing')],
                },
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='hotrule',
                trigger=pgtrigger.compiler.Trigger(name='update_update', sql=crm.history.RecordSql(condition='WHEN (OLD."from_score" IS DISTINCT FROM (NEW."from_score") OR OLD."needs_budget" IS DISTINCT FROM (NEW."needs_budget") OR OLD."needs_interest" IS DISTINCT FROM (NEW."needs_interest") OR OLD."takes_emergencies" IS DISTINCT FROM (NEW."takes_emergencies"))', declare='DECLARE said jsonb;', func='said := \'{}\'; if OLD."from_score" is distinct from NEW."from_score" then said := said || jsonb_build_object(\'from_score\', jsonb_build_array(OLD."from_score", NEW."from_score")); end if; if OLD."needs_interest" is distinct from NEW."needs_interest" then said := said || jsonb_build_object(\'needs_interest\', jsonb_build_array(OLD."needs_interest", NEW."needs_interest")); end if; if OLD."needs_budget" is distinct from NEW."needs_budget" then said := said || jsonb_build_object(\'needs_budget\', jsonb_build_array(OLD."needs_budget", NEW."needs_budget")); end if; if OLD."takes_emergencies" is distinct from NEW."takes_emergencies" then said := said || jsonb_build_object(\'takes_emergencies\', jsonb_build_array(OLD."takes_emergencies", NEW."takes_emergencies")); end if; insert into public."analysis_hotrulehistory" ("pgh_created_at", "pgh_label", "pgh_obj_id", "pgh_context", "pgh_context_id", "company_id", "whole_id", "changes") values (clock_timestamp(), \'update\', NEW."id", nullif(current_setting(\'pghistory.context_metadata\', true), \'\')::jsonb, nullif(current_setting(\'pghistory.context_id\', true), \'\')::uuid, NEW."company_id", null, said); return null;', hash='bca14bd907cb9ada1d52fcda6f0d08497c90233a', operation='UPDATE', pgid='pgtrigger_update_update_91a28', table='analysis_hotrule', when='AFTER')),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='hotrule',
                trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=crm.history.RecordSql(declare='DECLARE said jsonb;', func='said := (select coalesce(jsonb_object_agg(key, jsonb_build_array(value, null)), \'{}\'::jsonb) from jsonb_each(jsonb_build_object(\'from_score\', OLD."from_score", \'needs_interest\', OLD."needs_interest", \'needs_budget\', OLD."needs_budget", \'takes_emergencies\', OLD."takes_emergencies")) where value not in (\'null\', \'""\', \'{}\', \'false\')); insert into public."analysis_hotrulehistory" ("pgh_created_at", "pgh_label", "pgh_obj_id", "pgh_context", "pgh_context_id", "company_id", "whole_id", "changes") values (clock_timestamp(), \'delete\', OLD."id", nullif(current_setting(\'pghistory.context_metadata\', true), \'\')::jsonb, nullif(current_setting(\'pghistory.context_id\', true), \'\')::uuid, OLD."company_id", null, said); return null;', hash='065265710a30a630c4574ff2d8587620083c23df', operation='DELETE', pgid='pgtrigger_delete_delete_edae6', table='analysis_hotrule', when='AFTER')),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='scorerule',
                trigger=pgtrigger.compiler.Trigger(name='update_update', sql=crm.history.RecordSql(condition='WHEN (OLD."is_active" IS DISTINCT FROM (NEW."is_active") OR OLD."label" IS DISTINCT FROM (NEW."label") OR OLD."points" IS DISTINCT FROM (NEW."points"))', declare='DECLARE said jsonb;', func='said := \'{}\'; if OLD."label" is distinct from NEW."label" then said := said || jsonb_build_object(\'label\', jsonb_build_array(OLD."label", NEW."label")); end if; if OLD."points" is distinct from NEW."points" then said := said || jsonb_build_object(\'points\', jsonb_build_array(OLD."points", NEW."points")); end if; if OLD."is_active" is distinct from NEW."is_active" then said := said || jsonb_build_object(\'is_active\', jsonb_build_array(OLD."is_active", NEW."is_active")); end if; insert into public."analysis_scorerulehistory" ("pgh_created_at", "pgh_label", "pgh_obj_id", "pgh_context", "pgh_context_id", "company_id", "whole_id", "changes") values (clock_timestamp(), \'update\', NEW."id", nullif(current_setting(\'pghistory.context_metadata\', true), \'\')::jsonb, nullif(current_setting(\'pghistory.context_id\', true), \'\')::uuid, NEW."company_id", null, said); return null;', hash='9600191621e41315597063237bdc82a0271222e5', operation='UPDATE', pgid='pgtrigger_update_update_3e6e0', table='analysis_scorerule', when='AFTER')),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='scorerule',
                trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=crm.history.RecordSql(declare='DECLARE said jsonb;', func='said := (select coalesce(jsonb_object_agg(key, jsonb_build_array(value, null)), \'{}\'::jsonb) from jsonb_each(jsonb_build_object(\'label\', OLD."label", \'points\', OLD."points", \'is_active\', OLD."is_active")) where value not in (\'null\', \'""\', \'{}\', \'false\')); insert into public."analysis_scorerulehistory" ("pgh_created_at", "pgh_label", "pgh_obj_id", "pgh_context", "pgh_context_id", "company_id", "whole_id", "changes") values (clock_timestamp(), \'delete\', OLD."id", nullif(current_setting(\'pghistory.context_metadata\', true), \'\')::jsonb, nullif(current_setting(\'pghistory.context_id\', true), \'\')::uuid, OLD."company_id", null, said); return null;', hash='a537c85254f2b43c5f394224f6b5312eb10745c9', operation='DELETE', pgid='pgtrigger_delete_delete_82aa2', table='analysis_scorerule', when='AFTER')),
            ),
        ]),
    ]

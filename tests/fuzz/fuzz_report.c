/*
 * A report with any arguments, over a small store of linked records. The input is the name of the
 * report, a line break, and the arguments as JSON, in which $a, $b, … stand for the ids of the
 * records below and $A, $B, $C for their authors. What the schema lets pass is answered with rows
 * or refused with a sentence.
 */
#include "keys/secret.h"
#include "node/api/cursor.h"
#include "node/api/schema.h"
#include "node/record_json.h"
#include "node/report/report.h"
#include "node/store/view.h"
#include "tests/stored.h"

#define START_MS 1700000000000ull
#define AUTHORS  3
#define RECORDS  16

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct world {
	struct stored s;
	struct kith_reader *reader;
	struct kith_schemas *schemas;
	struct kith_sign_pair authors[AUTHORS];
	struct kith_record_id ids[RECORDS];
	size_t count;
};

/* By $A, $B, $C in turn. */
static const char *const drafts[RECORDS] = {
	"{'kind':'practice','body':{'title':'Pharmacy','tags':['health'],'place':{'country':'BE',"
	"'lat':50.8,'lon':4.3},'outcome':'worked','conditions':{'legal':'A permit.'}}}",
	"{'kind':'practice','body':{'title':'Officine','outcome':'failed'},'lang':'fr','links':[{"
	"'type':'adapts','target':'$a','kept':'hours','changed':'the room','why':'no shop'}]}",
	"{'kind':'practice','body':{'title':'Apotheke'},'lang':'de','links':[{'type':'adapts',"
	"'target':'$b','kept':'hours','changed':'the room','why':'no shop'}]}",
	"{'kind':'ask','body':{'title':'Who knows?','type':'question','text':'Do "
	"you?','addressed_to':['$B']}}",
	"{'kind':'statement','body':{'text':'We do.','intent':'comment'},'links':[{"
	"'type':'answers','target':'$d'}]}",
	"{'kind':'statement','body':{'text':'A room.','intent':'obstacle'},'links':[{"
	"'type':'replies-to','target':'$a'}]}",
	"{'kind':'stance','body':{'position':'object','reason':'It is loud.'},'links':[{"
	"'type':'about','target':'$a'}]}",
	"{'kind':'plan','body':{'title':'A garden'}}",
	"{'kind':'action','body':{'title':'Dig','state':'done'},'links':[{'type':'part-of',"
	"'target':'$h'}]}",
	"{'kind':'exchange','body':{'title':'Spade','direction':'need','what':'A spade'}}",
	"{'kind':'exchange','body':{'title':'Spade','direction':'offer','what':'A "
	"spade'},'links':[{"
	"'type':'answers','target':'$j'}]}",
	"{'kind':'evaluation','body':{'title':'Well','criteria':[{'polarity':'well','text':'They "
	"greet.'}]}}",
	"{'kind':'introduction','body':{'a':'$B','b':'$C','why':'Both dig.'}}",
	"{'kind':'practice','body':{'title':'Pharmacy, again','tags':['health']},'links':[{"
	"'type':'revises','target':'$a'}]}",
	"{'kind':'profile','body':{'title':'The town','type':'group','languages':['en','fr']}}",
	"{'kind':'pact','body':{'title':'Ours','parties':['$A','$C'],'rule':'all',"
	"'clauses':[{'who':'all','what':'dig'}]}}",
};

static void add_name(const struct world *world, char name, struct kith_buf *out)
{
	char text[KITH_ID_TEXT_MAX > 2 * KITH_ID_LEN ? KITH_ID_TEXT_MAX : 2 * KITH_ID_LEN + 1];

	if (name >= 'a' && (size_t)(name - 'a') < world->count)
		kith_hex_format(world->ids[name - 'a'].bytes, KITH_ID_LEN, text);
	else if (name >= 'A' && name - 'A' < AUTHORS)
		kith_id_format(KITH_ID_AUTHOR, world->authors[name - 'A'].public_key.bytes, text);
	else
		snprintf(text, sizeof(text), "$%c", name);
	kith_write(out, text, strlen(text));
}

/* The JSON with names filled in; NULL: it is none. */
static json_t *read_json(const struct world *world, const char *text, size_t len)
{
	struct kith_buf out;
	json_t *json;

	kith_buf_init(&out, 1 << 20);
	for (size_t i = 0; i < len; i++) {
		if (text[i] == '$' && i + 1 < len)
			add_name(world, text[++i], &out);
		else
			kith_write_u8(&out, (uint8_t)text[i]);
	}
	json = kith_buf_err(&out)
		       ? NULL
		       : json_loadb((const char *)out.data, out.len, JSON_REJECT_DUPLICATES, NULL);
	kith_buf_clear(&out);
	return json;
}

/* ---- the store ------------------------------------------------------------------------------ */

static void add(struct world *world, const char *draft, const struct kith_rng *rng)
{
	const struct kith_sign_pair *author = &world->authors[world->count % AUTHORS];
	char *text = stored_text(draft);
	struct kith_problem problem = {{0}, {0}};
	struct kith_record *record;
	struct kith_buf envelope;
	json_t *json;

	for (char *c = text; *c; c++)
		*c = *c == '\'' ? '"' : *c;
	json = read_json(world, text, strlen(text));
	stored_must(json != NULL, draft);
	kith_buf_init(&envelope, KITH_RECORD_MAX_BYTES);
	if (kith_record_from_json(json, author, "en", START_MS + world->count * 60000, rng,
		    &envelope, NULL, &problem) != 0) {
		fprintf(stderr, "%s: %s\n", problem.field, problem.rule);
		stored_must(0, draft);
	}
	stored_must(kith_record_reopen(envelope.data, envelope.len, &record) == 0, "reopening");
	world->ids[world->count++] = stored_put(&world->s, record);
	kith_buf_clear(&envelope);
	json_decref(json);
	free(text);
}

static struct world the_world; /* made once: a database is slow to make */

static void remove_world(void)
{
	kith_store_reader_give(the_world.s.store, the_world.reader);
	stored_remove(&the_world.s);
	kith_schemas_free(the_world.schemas);
}

static void make_world(struct world *world)
{
	struct seeded seeded = {1};
	struct kith_rng rng = seeded_rng(&seeded);

	stored_must(kith_keys_init() == 0, "keys");
	stored_make(&world->s);
	stored_open(&world->s);
	for (size_t i = 0; i < AUTHORS; i++)
		world->authors[i] = seeded_sign_pair(&seeded);
	for (size_t i = 0; i < RECORDS; i++)
		add(world, drafts[i], &rng);
	stored_wait_indexed(&world->s);
	world->reader = stored_reader(&world->s);
	world->schemas = kith_schemas_new();
	stored_must(world->schemas != NULL, "schemas");
	atexit(remove_world);
}

/* ---- asking --------------------------------------------------------------------------------- */

static void look_at(const json_t *sections)
{
	const json_t *section, *row;
	size_t i, j;

	json_array_foreach(sections, i, section)
		json_array_foreach(json_object_get(section, "rows"), j, row)
			stored_must(json_is_object(row), "a row is an object");
}

static void ask(struct world *world, const char *name, const json_t *params)
{
	const char *id = json_string_value(json_object_get(params, "id"));
	const char *cursor = json_string_value(json_object_get(params, "cursor"));
	struct kith_record_id record;
	struct kith_report report = {.reader = world->reader,
		.view = kith_store_view(world->reader),
		.params = params,
		.me = &world->authors[0].public_key,
		.now_ms = START_MS + 86400000,
		.sections = json_array(),
		.notes = json_array()};
	int err;

	report.has_after = cursor && kith_find_cursor_parse(cursor, &report.after);
	if (id && kith_hex_parse(id, record.bytes, KITH_ID_LEN) == 0)
		report.id = &record;
	if (!id || report.id) { /* the beginning of an id is completed by others */
		err = kith_report_find(name)(&report);
		stored_must((err != KITH_E_NOT_FOUND && err != KITH_E_RULE) || *report.why,
			"an error without a sentence");
		look_at(report.sections);
	}
	json_decref(report.aside);
	json_decref(report.sections);
	json_decref(report.notes);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = (const char *)data, *end = memchr(text, '\n', size);
	struct kith_problem problem = {{0}, {0}};
	const struct kith_schema *schema;
	json_t *params, *named = NULL;
	char method[64];

	if (!the_world.schemas)
		make_world(&the_world);
	if (!end || end - text > 40)
		return 0;
	snprintf(method, sizeof(method), "report.%.*s", (int)(end - text), text);
	schema = kith_schema_find(the_world.schemas, method);
	params = read_json(&the_world, end + 1, size - (size_t)(end + 1 - text));
	if (schema && params && kith_schema_check(schema, params, &named, &problem) == 0) {
		ask(&the_world, strchr(method, '.') + 1, named);
		json_decref(named);
	}
	json_decref(params);
	return 0;
}

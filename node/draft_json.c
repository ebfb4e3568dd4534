/*
 * draft_json.c: what a person or program wants to publish, from JSON to a signed envelope; see
 * kith_record_from_json() in record_json.h.
 *
 * First all of the JSON is read into a struct draft whose pieces live in one memory, then the body
 * is packed, checked against the rules of its kind, and the header is signed. Nothing is appended
 * to the envelope before all of that has gone well.
 */
#include "node/record_json.h"

#include <stdlib.h>
#include <string.h>

#include "keys/id.h"
#include "node/body_json.h"
#include "node/suggest.h"

struct draft {
	struct kith_record_draft record;
	struct kith_kind kind;
	struct kith_author on_behalf_of;
	struct kith_record_id delegation;
	Kith__Body body;
	struct kith_buf packed; /* the body as it is signed */
	struct kith_json_memory memory;
	struct kith_problem *problem;
};

static int refuse(struct draft *draft, int err, const char *field, const char *rule)
{
	return kith_problem_set(draft->problem, err, field, "%s", rule);
}

/* ---- names of the outermost object -------------------------------------------------------- */

static const char *const draft_fields[] = {
	"kind", "circle", "created", "lang", "links", "body", "on_behalf_of", "delegation"};
#define DRAFT_FIELDS (sizeof(draft_fields) / sizeof(draft_fields[0]))

static int check_name(struct draft *draft, const char *name)
{
	struct kith_path path = {.len = 0};
	struct kith_suggest suggest;

	for (size_t i = 0; i < DRAFT_FIELDS; i++)
		if (strcmp(draft_fields[i], name) == 0)
			return 0;
	if (strcmp(name, "caption") == 0)
		return refuse(draft, KITH_E_MALFORMED, name,
			"follows from the body; leave it out of a draft");
	if (strcmp(name, "id") == 0 || strcmp(name, "author") == 0)
		return refuse(draft, KITH_E_MALFORMED, name,
			"is made when the record is signed; leave it out of a draft");
	kith_path_push_typed(&path, name);
	kith_suggest_begin(&suggest, name);
	for (size_t i = 0; i < DRAFT_FIELDS; i++)
		kith_suggest_offer(&suggest, draft_fields[i]);
	return kith_problem_set(draft->problem, KITH_E_MALFORMED, path.text,
		"a record has no such field%s%s%s",
		suggest.best ? "; did you mean \"" : ". What it says belongs into its body",
		suggest.best ? suggest.best : "", suggest.best ? "\"?" : "");
}

static int check_names(struct draft *draft, json_t *json)
{
	int err = 0;

	if (!json_is_object(json))
		return refuse(draft, KITH_E_MALFORMED, "record", "must be an object, in { }");
	for (void *it = json_object_iter(json); it && !err; it = json_object_iter_next(json, it))
		err = check_name(draft, json_object_iter_key(it));
	return err;
}

/* ---- header ------------------------------------------------------------------------------- */

static int read_kind(struct draft *draft, const json_t *json)
{
	const char *name = json_string_value(json);
	struct kith_suggest suggest;
	struct kith_kind kind;

	if (!name)
		return refuse(draft, KITH_E_MALFORMED, "kind",
			json ? "must be text, such as \"practice\""
			     : "is missing; it says what the record is, such as \"practice\"");
	if (kith_kind_by_name(name, &draft->kind)) {
		draft->record.kind = draft->kind.number;
		return 0;
	}
	kith_suggest_begin(&suggest, name);
	for (size_t i = 0; kith_kind_at(i, &kind); i++)
		kith_suggest_offer(&suggest, kind.name);
	return kith_problem_set(draft->problem, KITH_E_NOT_FOUND, "kind",
		"is not a kind of record known here%s%s%s", suggest.best ? "; did you mean \"" : "",
		suggest.best ? suggest.best : "", suggest.best ? "\"?" : "");
}

static int read_key(struct draft *draft, const char *field, enum kith_id_type type,
	const json_t *json, uint8_t out[KITH_ID_LEN])
{
	const char *text = json_string_value(json);
	enum kith_id_type found = type;
	char reason[160];
	int err = text ? kith_id_parse(type, text, out, &found) : KITH_E_MALFORMED;

	if (!err)
		return 0;
	kith_id_explain(err, type, found, reason, sizeof(reason));
	return refuse(draft, KITH_E_MALFORMED, field, reason);
}

static int read_id(
	struct draft *draft, const char *field, const json_t *json, struct kith_record_id *out)
{
	const char *text = json_string_value(json);

	if (text && kith_hex_parse(text, out->bytes, sizeof(out->bytes)) == 0)
		return 0;
	return refuse(draft, KITH_E_MALFORMED, field,
		"must be the complete id of a record: 64 hexadecimal digits");
}

static int read_circle(struct draft *draft, const json_t *json)
{
	const char *text = json_string_value(json);

	draft->record.circle = kith_circle_commons();
	if (!json || (text && strcmp(text, "commons") == 0))
		return 0;
	return read_key(draft, "circle", KITH_ID_CIRCLE, json, draft->record.circle.bytes);
}

static int read_created(struct draft *draft, const json_t *json, uint64_t wall_ms)
{
	const char *text = json_string_value(json);
	int64_t ms;

	draft->record.created_ms = wall_ms;
	if (!json)
		return 0;
	if (!text || kith_time_parse(text, &ms) || ms <= 0)
		return refuse(draft, KITH_E_MALFORMED, "created",
			"must be a date or a time with its zone, after 1970, such as "
			"2017-03-10T09:30:00Z");
	draft->record.created_ms = (uint64_t)ms;
	if (draft->record.created_ms > wall_ms + KITH_FUTURE_SKEW_MS)
		return refuse(draft, KITH_E_RULE, "created",
			"is more than a day ahead of this node's clock");
	return 0;
}

static int read_lang(struct draft *draft, const json_t *json, const char *default_lang)
{
	draft->record.lang = json ? json_string_value(json) : default_lang;
	if (draft->record.lang && *draft->record.lang)
		return 0;
	return refuse(draft, KITH_E_MALFORMED, "lang",
		json ? "must be text, such as \"pl\""
		     : "is missing; it says in which language the record is, such as \"pl\"");
}

static int read_delegation(struct draft *draft, json_t *json)
{
	const json_t *group = json_object_get(json, "on_behalf_of");
	const json_t *delegation = json_object_get(json, "delegation");
	int err = 0;

	if (group) {
		draft->record.on_behalf_of = &draft->on_behalf_of;
		err = read_key(
			draft, "on_behalf_of", KITH_ID_AUTHOR, group, draft->on_behalf_of.bytes);
	}
	if (!err && delegation) {
		draft->record.delegation = &draft->delegation;
		err = read_id(draft, "delegation", delegation, &draft->delegation);
	}
	return err;
}

static int read_header(
	struct draft *draft, json_t *json, const char *default_lang, uint64_t wall_ms)
{
	int err = read_kind(draft, json_object_get(json, "kind"));

	if (!err)
		err = read_circle(draft, json_object_get(json, "circle"));
	if (!err)
		err = read_created(draft, json_object_get(json, "created"), wall_ms);
	if (!err)
		err = read_lang(draft, json_object_get(json, "lang"), default_lang);
	return err ? err : read_delegation(draft, json);
}

/* ---- links and the words on them ---------------------------------------------------------- */

static int read_link_type(
	struct draft *draft, const struct kith_path *path, const json_t *json, uint32_t *out)
{
	const char *name = json_string_value(json), *known;
	struct kith_path at = *path;
	struct kith_suggest suggest;

	kith_path_push(&at, "type");
	*out = name ? kith_link_from_name(name) : 0;
	if (*out)
		return 0;
	kith_suggest_begin(&suggest, name ? name : "");
	for (uint32_t type = 1; (known = kith_link_name(type)); type++)
		kith_suggest_offer(&suggest, known);
	return kith_problem_set(draft->problem, KITH_E_MALFORMED, at.text,
		"must be a type of link, such as adapts, cites or part-of%s%s%s",
		suggest.best && name ? "; did you mean \"" : "",
		suggest.best && name ? suggest.best : "", suggest.best && name ? "\"?" : "");
}

/* Whatever else the link says becomes a LinkNote of the body. */
static int read_note(struct draft *draft, struct kith_path *path, json_t *json, size_t index)
{
	json_t *words = json_copy(json);
	ProtobufCMessage *message;
	Kith__LinkNote *note;
	int err;

	if (!words)
		return KITH_E_NOMEM;
	json_object_del(words, "type");
	json_object_del(words, "target");
	err = json_object_size(words) == 0
		      ? KITH_E_NOT_FOUND
		      : kith_message_from_json(&kith__link_note__descriptor, "link", words,
				&draft->memory, path, &message, draft->problem);
	json_decref(words); /* the texts stay alive in json */
	if (err)
		return err == KITH_E_NOT_FOUND ? 0 : err;
	memcpy(&note, &message, sizeof(note));
	if (note->has_link) {
		kith_path_push(path, "link");
		return refuse(draft, KITH_E_MALFORMED, path->text, "link has no such field");
	}
	note->has_link = 1;
	note->link = (uint32_t)index;
	draft->body.notes[draft->body.n_notes++] = note;
	return 0;
}

static int read_link(struct draft *draft, struct kith_path *path, json_t *json, size_t index,
	struct kith_link *out)
{
	struct kith_path at = *path;
	int err;

	if (!json_is_object(json))
		return refuse(draft, KITH_E_MALFORMED, path->text,
			"must be an object with type and target, in { }");
	kith_path_push(&at, "target");
	err = read_link_type(draft, path, json_object_get(json, "type"), &out->type);
	if (!err)
		err = read_id(draft, at.text, json_object_get(json, "target"), &out->target);
	return err ? err : read_note(draft, path, json, index);
}

static int read_links(struct draft *draft, json_t *json)
{
	struct kith_path path = {.len = 0};
	size_t count = json_array_size(json);
	struct kith_link *links;
	int err = 0;

	if (!json)
		return 0;
	if (!json_is_array(json))
		return refuse(draft, KITH_E_MALFORMED, "links", "must be a list, in [ ]");
	if (count > KITH_LINKS_MAX)
		return kith_problem_set(draft->problem, KITH_E_RULE, "links",
			"has at most %u links", KITH_LINKS_MAX);
	links = kith_json_memory_take(&draft->memory, count * sizeof(*links) + 1);
	draft->body.notes =
		kith_json_memory_take(&draft->memory, count * sizeof(*draft->body.notes) + 1);
	if (!links || !draft->body.notes)
		return KITH_E_NOMEM;
	kith_path_push(&path, "links");
	for (size_t i = 0; i < count && !err; i++) {
		size_t was = kith_path_push_index(&path, i);

		err = read_link(draft, &path, json_array_get(json, i), i, &links[i]);
		kith_path_pop(&path, was);
	}
	draft->record.links = links;
	draft->record.link_count = count;
	return err;
}

/* ---- body --------------------------------------------------------------------------------- */

/* Kith__Body's oneof: the case says which kind, the member is the kind's message. */
static int read_body(struct draft *draft, json_t *json)
{
	struct kith_path path = {.len = 0};
	char *at = (char *)&draft->body;
	ProtobufCMessage *message;
	int kind_case = (int)draft->kind.number, err;

	if (!json)
		return refuse(draft, KITH_E_MALFORMED, "body", "is missing");
	kith_path_push(&path, "body");
	err = kith_message_from_json(draft->kind.message, draft->kind.name, json, &draft->memory,
		&path, &message, draft->problem);
	if (err)
		return err;
	memcpy(at + draft->kind.field->offset, &message, sizeof(message));
	memcpy(at + draft->kind.field->quantifier_offset, &kind_case, sizeof(kind_case));
	return 0;
}

/* ---- complaints in the draft's own terms -------------------------------------------------- */

static void header_field(struct kith_problem *problem)
{
	if (problem && strcmp(problem->field, "created_ms") == 0)
		strcpy(problem->field, "created");
	else if (problem && strcmp(problem->field, "body_len") == 0)
		strcpy(problem->field, "body");
}

/* "notes[2].why" speaks of what stands in a link. */
static void note_field(struct kith_problem *problem, const Kith__Body *body)
{
	size_t note = strtoul(problem->field + strlen("notes["), NULL, 10);
	const char *rest = strchr(problem->field, ']');
	struct kith_path path = {.len = 0};

	if (!rest || note >= body->n_notes)
		return;
	kith_path_push(&path, "links");
	kith_path_push_index(&path, body->notes[note]->link);
	if (rest[1] == '.')
		kith_path_push(&path, rest + 2);
	memcpy(problem->field, path.text, sizeof(problem->field));
}

/* How much of a field's name JSON leaves out (kith_field_json_name()). */
static size_t ending_len(const char *name, size_t len)
{
	static const char *const endings[] = {"_e7", "_ms", "_author"};

	for (size_t i = 0; i < sizeof(endings) / sizeof(endings[0]); i++) {
		size_t ending = strlen(endings[i]);

		if (len > ending && strncmp(name + len - ending, endings[i], ending) == 0)
			return ending;
	}
	return 0;
}

/* "clauses[2].due_ms" is clauses[2].due in JSON, "parties_author[1]" parties[1]. */
static void drop_endings(char *path)
{
	for (char *name = path; *name;) {
		size_t len = strcspn(name, ".[");
		size_t ending = ending_len(name, len);

		memmove(name + len - ending, name + len, strlen(name + len) + 1);
		name += len - ending;
		name += strcspn(name, ".");
		name += *name == '.';
	}
}

/* "place.lat_e7" is body.place.lat in JSON. */
static void body_field(struct kith_problem *problem, const Kith__Body *body)
{
	struct kith_path path = {.len = 0};

	if (!problem || strncmp(problem->field, "links[", 6) == 0 ||
		strcmp(problem->field, "links") == 0 || strcmp(problem->field, "body") == 0)
		return;
	if (strncmp(problem->field, "notes[", 6) == 0) {
		note_field(problem, body);
		return;
	}
	drop_endings(problem->field);
	kith_path_push(&path, "body");
	kith_path_push(&path, problem->field);
	memcpy(problem->field, path.text, sizeof(problem->field));
}

/* The rules look at the body as everybody else will see it: packed and unpacked again. */
static int check_body(struct draft *draft, const struct kith_author *author)
{
	struct kith_circle commons = kith_circle_commons();
	struct kith_header_facts facts = {
		.author = *author,
		.in_commons = kith_id_equal(draft->record.circle.bytes, commons.bytes),
		.links = draft->record.links,
		.link_count = draft->record.link_count,
	};
	struct kith_body body;
	int err = kith_body_decode(draft->record.body, draft->record.kind, &body, draft->problem);

	if (!err) {
		err = kith_body_check(&body, &facts, draft->problem);
		kith_body_clear(&body);
	}
	if (err)
		body_field(draft->problem, &draft->body);
	return err;
}

static int pack_body(struct draft *draft, const struct kith_rng *rng)
{
	int err = kith_body_encode(&draft->body, rng, &draft->packed);

	if (err == KITH_E_TOO_LARGE)
		return kith_problem_set(draft->problem, err, "body",
			"makes the record larger than %u bytes", KITH_RECORD_MAX_BYTES);
	draft->record.body = (struct kith_bytes){draft->packed.data, draft->packed.len};
	return err;
}

static int read_draft(struct draft *draft, json_t *json, const char *default_lang, uint64_t wall_ms)
{
	int err = check_names(draft, json);

	if (!err)
		err = read_header(draft, json, default_lang, wall_ms);
	if (!err)
		err = read_links(draft, json_object_get(json, "links"));
	return err ? err : read_body(draft, json_object_get(json, "body"));
}

int kith_record_from_json(json_t *draft_json, const struct kith_sign_pair *author,
	const char *default_lang, uint64_t wall_ms, const struct kith_rng *rng,
	struct kith_buf *envelope, struct kith_record_id *id, struct kith_problem *problem)
{
	struct draft draft = {.body = KITH__BODY__INIT, .problem = problem};
	int err;

	if (problem)
		*problem = (struct kith_problem){.field = ""};
	kith_buf_init(&draft.packed, KITH_RECORD_MAX_BYTES);
	err = read_draft(&draft, draft_json, default_lang, wall_ms);
	if (!err)
		err = pack_body(&draft, rng);
	if (!err)
		err = check_body(&draft, &author->public_key);
	if (!err) {
		err = kith_record_sign(&draft.record, author, envelope, id, problem);
		if (err)
			header_field(problem);
	}
	kith_json_memory_clear(&draft.memory);
	kith_buf_clear(&draft.packed);
	return err;
}

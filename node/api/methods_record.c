/*
 * methods_record.c: reading records. A record whose full id is given is looked up on the loop, with
 * the loop's own reader: that is one probe of an index and costs less than the way to another
 * thread and back. Everything else, and which translation to show, is asked on the thread pool.
 */
#include "node/api/families.h"

#include <string.h>

#include "node/answer.h"
#include "node/api/call.h"
#include "node/api/client.h"
#include "node/api/cursor.h"
#include "node/api/display_json.h"
#include "node/api/follow.h"
#include "node/api/prefix.h"
#include "node/api/state_json.h"
#include "node/body_json.h"
#include "node/record_json.h"
#include "node/store/view.h"
#include "node/store/where.h"
#include "node/vocabulary.h"
#include "protocol/body.h"
#include "protocol/problem.h"

/* ---- record.get --------------------------------------------------------------------------- */

struct answering {
	struct kith_call *call;
	json_t *display; /* NULL: no language was wished for */
};

static int answer_row(void *ctx, const struct kith_row *row)
{
	const struct answering *answering = ctx;
	struct kith_call *call = answering->call;

	if (row->known == KITH_KNOWN_DECLINED) {
		kith_call_fail(call, KITH_RPC_NOT_FOUND,
			json_pack("{s:s, s:s?}", "state", "declined", "reason", row->reason),
			"this record is known but was declined, because it breaks a rule");
		return 0;
	}
	kith_answer_row(
		kith_call_out(call), row, kith_call_flag(call, "envelope"), answering->display);
	return 0;
}

/* What to show in the languages that are wished for. What is not here, or was declined, is told of
 * by answer_row(). */
static int choose_text(struct kith_call *call, struct kith_reader *reader,
	const struct kith_record_id *id, json_t **display)
{
	const struct kith_view view = kith_store_view(reader);
	struct kith_record *record = NULL;
	int err = kith_view_copy(&view, id, &record);

	if (!err)
		err = kith_display_to_json(&view, record, kith_call_text(call, "lang"), display);
	kith_record_free(record);
	return err == KITH_E_NOT_FOUND ? 0 : err;
}

static void answer_id(
	struct kith_call *call, struct kith_reader *reader, const struct kith_record_id *id)
{
	struct answering answering = {.call = call};
	int err = 0;

	if (kith_call_text(call, "lang"))
		err = choose_text(call, reader, id, &answering.display);
	if (!err)
		err = kith_query_get(reader, id, answer_row, &answering);
	json_decref(answering.display);
	if (err == KITH_E_NOT_FOUND)
		kith_call_fail(call, KITH_RPC_NOT_FOUND, NULL, "no record here has this id");
	else if (err)
		kith_call_fail_err(call, err, "the record cannot be read");
}

static void get_on_pool(struct kith_call *call, struct kith_reader *reader)
{
	struct kith_record_id id;

	if (kith_call_find_id(call, reader, "id", &id))
		answer_id(call, reader, &id);
}

void kith_method_record_get(struct kith_call *call)
{
	struct kith_record_id id;

	if (kith_call_text(call, "lang") ||
		kith_hex_parse(kith_call_text(call, "id"), id.bytes, sizeof(id.bytes)) != 0) {
		kith_call_ask(call, get_on_pool);
		return;
	}
	answer_id(call, call->api->reader, &id);
	kith_call_finish(call);
}

/* ---- record.find -------------------------------------------------------------------------- */

#define PATIENCE_MS 12 /* for words that seldom meet */

/* A page under way. */
struct page {
	struct kith_json_out *out;
	struct kith_item last;
	bool cut; /* it got long, so it ends early */
};

static int add_to_page(void *ctx, const struct kith_row *row)
{
	struct page *page = ctx;

	kith_record_write(row->record, page->out);
	page->last = kith_record_item(row->record);
	page->cut = page->out->buf->len >= KITH_API_ANSWER_HIGH;
	return kith_buf_err(page->out->buf) ? kith_buf_err(page->out->buf) : page->cut;
}

static uint64_t time_argument(const struct kith_call *call, const char *name)
{
	const char *text = kith_call_text(call, name);
	int64_t ms;

	return text && kith_time_parse(text, &ms) == 0 && ms > 0 ? (uint64_t)ms : 0;
}

/* What is asked for, and what it points to. */
struct question {
	struct kith_find find;
	struct kith_author author, mentions;
	struct kith_record_id target;
	struct kith_where where[KITH_WHERE_MAX];
};

static const struct kith_author *author_argument(
	const struct kith_call *call, const char *name, struct kith_author *out)
{
	const char *text = kith_call_text(call, name);

	return text && kith_id_parse(KITH_ID_AUTHOR, text, out->bytes, NULL) == 0 ? out : NULL;
}

/* false: the call has failed. */
static bool read_where(struct kith_call *call, struct question *question)
{
	json_t *wanted = json_object_get(call->params, "where");
	const ProtobufCFieldDescriptor *field;
	struct kith_problem problem;
	struct kith_where *where;
	int value, err = 0;

	question->find.where = question->where;
	for (void *at = json_object_iter(wanted); at && !err;
		at = json_object_iter_next(wanted, at)) {
		if (question->find.where_count == KITH_WHERE_MAX) {
			err = kith_problem_set(&problem, KITH_E_RULE, "where",
				"must have at most %d fields", KITH_WHERE_MAX);
			break;
		}
		where = &question->where[question->find.where_count++];
		where->field = json_object_iter_key(at);
		where->value = json_string_value(json_object_iter_value(at));
		err = kith_where_resolve(question->find.kind, where, &field, &value, &problem);
	}
	if (err)
		kith_call_fail_problem(call, KITH_RPC_PARAMS, &problem, -1);
	return err == 0;
}

/* What the arguments ask for; they were held to their formats. false: the call has failed. */
static bool read_find(struct kith_call *call, struct kith_reader *reader, struct question *question)
{
	const char *kind_name = kith_call_text(call, "kind");
	const char *cursor = kith_call_text(call, "cursor");
	const char *link_type = kith_call_text(call, "link_type");
	const char *order = kith_call_text(call, "order");
	struct kith_find *find = &question->find;
	struct kith_kind kind;

	*find = (struct kith_find){.tag = kith_call_text(call, "tag"),
		.country = kith_call_text(call, "country"),
		.place = kith_call_text(call, "place"),
		.lang = kith_call_text(call, "lang"),
		.words = kith_call_text(call, "words"),
		.exact_tag = kith_call_flag(call, "exact_tag"),
		.since_ms = time_argument(call, "since"),
		.until_ms = time_argument(call, "until"),
		.author = author_argument(call, "author", &question->author),
		.mentions = author_argument(call, "mentions", &question->mentions),
		.link_type = link_type ? kith_link_from_name(link_type) : 0,
		.oldest_first = order && strcmp(order, "oldest") == 0,
		.limit = (size_t)kith_call_number(call, "limit", 50)};
	if (kind_name && kith_kind_by_name(kind_name, &kind))
		find->kind = kind.number;
	find->has_after = cursor && kith_find_cursor_parse(cursor, &find->after);
	if (!read_where(call, question))
		return false;
	if (!kith_call_text(call, "target"))
		return true;
	find->target = &question->target;
	return kith_call_find_id(call, reader, "target", &question->target);
}

static void fail_find(struct kith_call *call, int err)
{
	if (err == KITH_E_RULE)
		kith_call_fail(call, KITH_RPC_PARAMS, NULL,
			"words, tag and place must hold a letter or digit, and not too many words");
	else if (err == KITH_E_TIMEOUT)
		kith_call_fail(call, KITH_RPC_BUSY, NULL,
			"the search took too long; narrow it, by kind or time for example");
	else
		kith_call_fail_err(call, err, "the search failed");
}

/* The words that are looked for may be called differently elsewhere. */
static int load_vocabulary(
	struct kith_call *call, struct kith_reader *reader, struct kith_vocabulary *out)
{
	const struct kith_view view = kith_store_view(reader);

	*out = (struct kith_vocabulary){NULL, NULL};
	if (!kith_call_text(call, "words") &&
		(!kith_call_text(call, "tag") || kith_call_flag(call, "exact_tag")))
		return 0;
	return kith_vocabulary_load(
		reader, &view, &kith_node_keyring(call->api->node)->author->public_key, out);
}

static int find_page(struct kith_call *call, struct kith_reader *reader, struct kith_find *find,
	struct page *page, bool *more)
{
	struct kith_vocabulary vocabulary;
	int err = load_vocabulary(call, reader, &vocabulary);
	const struct kith_same same = kith_vocabulary_for_find(&vocabulary);

	if (vocabulary.terms)
		find->same = &same;
	if (!err)
		err = kith_query_find(reader, find, add_to_page, page, more);
	kith_vocabulary_clear(&vocabulary);
	return err;
}

void kith_method_record_find(struct kith_call *call, struct kith_reader *reader)
{
	struct kith_json_out *out = kith_call_out(call);
	struct page page = {.out = out};
	char cursor[KITH_FIND_CURSOR_MAX];
	struct question question;
	bool more = false;
	int err;

	if (!read_find(call, reader, &question))
		return;
	kith_json_out_open(out, '{');
	kith_json_out_name(out, "records");
	kith_json_out_open(out, '[');
	question.find.reached = &page.last;
	question.find.patience_ms = PATIENCE_MS;
	err = find_page(call, reader, &question.find, &page, &more);
	if (err < 0) {
		fail_find(call, err);
		return;
	}
	kith_json_out_close(out, ']');
	if (more || page.cut) {
		kith_find_cursor_format(&page.last, cursor);
		kith_json_out_name(out, "cursor");
		kith_json_out_plain(out, cursor);
	}
	kith_json_out_close(out, '}');
}

/* ---- record.links ------------------------------------------------------------------------- */

struct link_list {
	json_t *links;
	bool incoming;
};

static int add_link(void *ctx, const struct kith_link_row *row)
{
	const struct link_list *list = ctx;
	json_t *link = json_object();

	kith_answer_text(link, "direction", list->incoming ? "in" : "out");
	kith_answer_link_type(link, "type", row->type);
	kith_answer_id(link, "record", list->incoming ? &row->source : &row->target);
	json_object_set_new(link, "held", json_boolean(row->other_held));
	if (row->other_held)
		kith_answer_kind(link, "kind", row->other_kind);
	kith_answer_text(link, "title", row->other_caption);
	return json_array_append_new(list->links, link) ? KITH_E_NOMEM : 0;
}

void kith_method_record_links(struct kith_call *call, struct kith_reader *reader)
{
	const char *direction = kith_call_text(call, "direction");
	const char *type_name = kith_call_text(call, "type");
	uint32_t type = type_name ? kith_link_from_name(type_name) : 0;
	size_t limit = (size_t)kith_call_number(call, "limit", 100);
	struct link_list list = {.links = NULL};
	struct kith_record_id id;
	int err = 0;

	if (!kith_call_find_id(call, reader, "id", &id))
		return;
	list.links = json_array();
	if (!direction || strcmp(direction, "in") != 0)
		err = kith_query_links(reader, &id, false, type, limit, add_link, &list);
	list.incoming = true;
	if (err >= 0 && (!direction || strcmp(direction, "out") != 0))
		err = kith_query_links(reader, &id, true, type, limit, add_link, &list);
	if (err < 0) {
		json_decref(list.links);
		kith_call_fail_err(call, err, "the links cannot be read");
		return;
	}
	kith_call_result(call, json_pack("{s:o}", "links", list.links));
	kith_answer_id(call->result, "id", &id);
}

/* ---- record.state ------------------------------------------------------------------------ */

void kith_method_record_state(struct kith_call *call, struct kith_reader *reader)
{
	const struct kith_view view = kith_store_view(reader);
	struct kith_record *record = NULL;
	struct kith_record_id id;
	json_t *state = NULL;
	int err;

	if (!kith_call_find_id(call, reader, "id", &id))
		return;
	err = kith_view_copy(&view, &id, &record);
	if (!err)
		err = kith_state_to_json(&view, record, &state);
	if (err == KITH_E_NOT_FOUND)
		kith_call_fail(call, KITH_RPC_NOT_FOUND, NULL, "no record here has this id");
	else if (err)
		kith_call_fail_err(call, err, "what follows for the record cannot be told");
	else
		kith_call_result(call, state);
	if (!err)
		kith_answer_id(call->result, "id", &id);
	kith_record_free(record);
}

/* ---- record.follow ------------------------------------------------------------------------ */

static bool read_cursor(struct kith_call *call, uint64_t *out)
{
	uint64_t last = kith_store_stats(kith_node_store(call->api->node)).last_seq;
	const char *text = kith_call_text(call, "cursor");

	*out = last;
	if (!text || strcmp(text, "now") == 0 ||
		(kith_follow_cursor_parse(text, out) && *out <= last))
		return true;
	kith_call_fail(call, KITH_RPC_PARAMS,
		json_pack(
			"{s:s, s:s}", "field", "cursor", "rule", "must be one that this node gave"),
		"cursor: is ahead of what this node has stored; was it given by another node?");
	return false;
}

static void answer_cursor(struct kith_call *call, uint64_t seq)
{
	char cursor[KITH_FOLLOW_CURSOR_MAX];

	kith_follow_cursor_format(seq, cursor);
	kith_call_result(call, json_pack("{s:s}", "cursor", cursor));
}

void kith_method_record_follow(struct kith_call *call)
{
	const char *kind_name = kith_call_text(call, "kind");
	struct kith_kind kind = {.number = 0};
	uint64_t cursor;
	int err;

	if (kith_client_follow(call->client)) {
		kith_call_fail(call, KITH_RPC_EXISTS, NULL,
			"this connection follows already; record.unfollow ends that");
		return;
	}
	if (!read_cursor(call, &cursor) || (kind_name && !kith_kind_by_name(kind_name, &kind)))
		return;
	err = kith_follow_begin(call->client, cursor, kind.number);
	if (err == KITH_E_TOO_LARGE)
		kith_call_fail(call, KITH_RPC_BUSY, NULL,
			"%u clients follow already, which is as many as may",
			KITH_API_FOLLOWERS_MAX);
	else if (err)
		kith_call_fail_err(call, err, NULL);
	else
		answer_cursor(call, cursor);
}

void kith_method_record_unfollow(struct kith_call *call)
{
	struct kith_follow *follow = kith_client_follow(call->client);

	if (follow)
		answer_cursor(call, kith_follow_end(follow));
	else
		kith_call_fail(call, KITH_RPC_NOT_FOUND, NULL, "this connection follows nothing");
}

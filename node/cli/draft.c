/* draft.c: see draft.h. */
#include "node/cli/draft.h"

#include <stdlib.h>
#include <string.h>

#include "node/cli/local.h"
#include "node/cli/say.h"
#include "node/cli/who.h"

/* ---- reading ------------------------------------------------------------------------------- */

static int parse_json(struct kith_cli *cli, const char *name, const char *text, size_t len,
	struct kith_draft *out)
{
	json_error_t error;
	json_t *json = json_loadb(text, len, JSON_REJECT_DUPLICATES, &error);
	const char *envelope = kith_json_get_text(json, "envelope");

	if (!json)
		return kith_fail(cli, KITH_EXIT_REFUSED, "%s:%d: not JSON: %s", name, error.line,
			error.text);
	if (*envelope) {
		out->envelope = kith_need_dup(envelope, strlen(envelope));
	} else {
		out->form.draft = json_incref(json);
		out->form.lines = kith_need_json(json_object());
	}
	json_decref(json);
	return 0;
}

static int parse_text(struct kith_cli *cli, const char *name, const char *text, size_t len,
	struct kith_draft *out)
{
	struct kith_text_error error;
	int err = kith_text_form_parse(text, len, &out->form, &error);
	enum kith_exit code = err == KITH_E_NOT_FOUND ? KITH_EXIT_NOT_FOUND : KITH_EXIT_REFUSED;

	if (!err)
		return 0;
	if (!error.line) /* of the file as a whole */
		return kith_fail(cli, code, "%s: %s", name, error.why);
	return kith_fail(cli, code, "%s:%zu: %s", name, error.line, error.why);
}

int kith_draft_parse(struct kith_cli *cli, const char *name, const char *text, size_t len,
	struct kith_draft *out)
{
	const char *first = text;
	size_t left = len;

	*out = (struct kith_draft){.name = name};
	kith_trim(&first, &left);
	if (left && *first == '{')
		return parse_json(cli, name, text, len, out);
	return parse_text(cli, name, text, len, out);
}

int kith_draft_read(struct kith_cli *cli, const char *path, struct kith_draft *out)
{
	struct kith_str text;
	int code;

	*out = (struct kith_draft){0};
	kith_str_init(&text);
	code = kith_read_file(cli, path, KITH_DRAFT_MAX_BYTES, &text);
	if (!code)
		code = kith_draft_parse(cli, strcmp(path, "-") == 0 ? _("standard input") : path,
			text.s, text.len, out);
	kith_str_clear(&text);
	return code;
}

void kith_draft_clear(struct kith_draft *draft)
{
	kith_text_form_clear(&draft->form);
	free(draft->envelope);
	*draft = (struct kith_draft){0};
}

/* ---- complaints ---------------------------------------------------------------------------- */

int kith_draft_complain(
	struct kith_cli *cli, const struct kith_draft *draft, const char *field, const char *rule)
{
	size_t line = draft->form.lines ? kith_text_form_line(&draft->form, field) : 0;
	const char *shown = strncmp(field, "body.", 5) == 0 ? field + 5 : field;

	if (line)
		return kith_fail(
			cli, KITH_EXIT_REFUSED, "%s:%zu: %s %s", draft->name, line, shown, rule);
	return kith_fail(
		cli, KITH_EXIT_REFUSED, "%s: %s%s%s", draft->name, shown, *shown ? " " : "", rule);
}

static int complain(
	struct kith_cli *cli, const struct kith_draft *draft, const struct kith_reply *reply)
{
	const char *field = kith_json_get_text(reply->data, "field");
	const char *rule = kith_json_get_text(reply->data, "rule");

	return *rule ? kith_draft_complain(cli, draft, field, rule)
		     : kith_ask_complain(cli, reply, draft->name);
}

/* ---- asking the node ----------------------------------------------------------------------- */

static int complete_link(struct kith_cli *cli, struct kith_draft *draft, size_t i, json_t *link)
{
	const char *target = kith_json_get_text(link, "target");
	struct kith_reply reply;
	char field[32];
	size_t line;
	int code;

	if (strlen(target) == 2 * KITH_ID_LEN)
		return 0;
	code = kith_ask_try(
		cli, "record.get", kith_need_json(json_pack("{s:s}", "id", target)), &reply);
	if (!code && !reply.code) {
		kith_json_set(link, "target",
			json_string(
				kith_json_get_text(json_object_get(reply.result, "record"), "id")));
	} else if (!code) {
		snprintf(field, sizeof(field), "links[%zu]", i);
		line = kith_text_form_line(&draft->form, field);
		if (line)
			snprintf(field, sizeof(field), _("line %zu"), line);
		code = kith_fail(cli, KITH_EXIT_NOT_FOUND,
			"%s: %s: '%s' is not the beginning of one record's "
			"id: %s",
			draft->name, field, target, reply.message);
	}
	kith_reply_clear(&reply);
	return code;
}

/* Completes the ids that links name by their beginning. */
static int complete_links(struct kith_cli *cli, struct kith_draft *draft)
{
	json_t *links = json_object_get(draft->form.draft, "links"), *link;
	int code = 0;
	size_t i;

	json_array_foreach(links, i, link)
		if (!code)
			code = complete_link(cli, draft, i, link);
	return code || draft->envelope ? code : kith_who_fields(cli, draft->form.draft);
}

int kith_draft_publish(struct kith_cli *cli, struct kith_draft *draft, json_t **result)
{
	struct kith_reply reply = {0};
	int code = complete_links(cli, draft);

	*result = NULL;
	if (!code && draft->envelope)
		code = kith_ask_try(cli, "record.publish",
			kith_need_json(json_pack("{s:s}", "envelope", draft->envelope)), &reply);
	else if (!code)
		code = kith_ask_try(cli, "record.publish",
			kith_need_json(json_pack("{s:O}", "record", draft->form.draft)), &reply);
	if (!code && reply.code)
		code = complain(cli, draft, &reply);
	else if (!code)
		*result = json_incref(json_array_get(json_object_get(reply.result, "records"), 0));
	kith_reply_clear(&reply);
	return code;
}

void kith_draft_advise(struct kith_cli *cli, const struct kith_draft *draft, const json_t *result)
{
	json_t *advice;
	size_t i;

	json_array_foreach(json_object_get(result, "advice"), i, advice)
		kith_hint(cli, "%s: %s %s", draft->name, kith_json_get_text(advice, "field"),
			kith_json_get_text(advice, "words"));
}

static void tell_readers(struct kith_cli *cli, const struct kith_draft *draft)
{
	const char *circle = kith_json_get_text(draft->form.draft, "circle");

	if (!cli->err.tty || draft->envelope)
		return;
	if (!*circle || strcmp(circle, "commons") == 0)
		kith_hint(cli, "it is in the commons: everybody may read it, and that cannot be "
			       "narrowed later");
	else
		kith_hint(cli, "its circle may read it; to let others read it as well, publish a "
			       "new record");
}

void kith_draft_tell(struct kith_cli *cli, const struct kith_draft *draft, const json_t *result)
{
	if (kith_flag(cli, KITH_OPT_JSON))
		kith_out_json(cli, result);
	else
		fprintf(cli->out.file, "%s\n", kith_json_get_text(result, "id"));
	fflush(cli->out.file);
	kith_draft_advise(cli, draft, result);
	tell_readers(cli, draft);
}

int kith_draft_publish_json(struct kith_cli *cli, json_t *json)
{
	struct kith_draft draft = {.name = cli->args->command->name,
		.form = {.draft = json, .lines = kith_need_json(json_object())}};
	json_t *result;
	int code = kith_draft_publish(cli, &draft, &result);

	if (code == KITH_EXIT_REFUSED && kith_flag(cli, KITH_OPT_SET))
		kith_hint(
			cli, "kith help %s explains its fields", kith_json_get_text(json, "kind"));
	if (!code)
		kith_draft_tell(cli, &draft, result);
	json_decref(result);
	kith_draft_clear(&draft);
	return code;
}

/* Without a node: the rules that need no other record. */
static json_t *check_alone(const struct kith_draft *draft)
{
	struct kith_problem problem = {0};

	if (kith_local_check(draft->form.draft, "en", &problem) == 0)
		return kith_need_json(json_pack("{s:b}", "valid", 1));
	return kith_need_json(json_pack(
		"{s:b, s:s, s:s}", "valid", 0, "field", problem.field, "rule", problem.rule));
}

static bool node_answers(struct kith_cli *cli)
{
	struct kith_config config;
	const char *socket = kith_value(cli, KITH_OPT_SOCKET);
	char home[KITH_PATH_MAX], why[8];

	if (cli->talk || socket)
		return true;
	return kith_home_find(kith_value(cli, KITH_OPT_HOME), home) == 0 &&
	       kith_config_load(home, &config, why, sizeof(why)) == 0 &&
	       kith_talk_open(config.api_socket, &cli->talk) == 0;
}

int kith_draft_check(struct kith_cli *cli, struct kith_draft *draft, json_t **result)
{
	json_t *answer;
	int code;

	*result = NULL;
	if (draft->envelope)
		return kith_fail(cli, KITH_EXIT_REFUSED,
			"%s: is signed already; there is nothing to check", draft->name);
	if (!node_answers(cli)) {
		*result = check_alone(draft);
		return 0;
	}
	code = complete_links(cli, draft);
	if (!code)
		code = kith_ask(cli, "record.check",
			kith_need_json(json_pack("{s:O}", "record", draft->form.draft)), &answer);
	if (!code) {
		*result = json_incref(json_array_get(json_object_get(answer, "results"), 0));
		json_decref(answer);
	}
	return code;
}

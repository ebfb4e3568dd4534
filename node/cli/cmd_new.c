/*
 * cmd_new.c: kith new: a record is written in an editor, like a commit message.
 *
 * The text lies in a file of mode 0600 that is kept until its record is on disk, so that nothing
 * that was written is lost, whatever goes wrong.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "node/cli/assign.h"
#include "node/cli/draft.h"
#include "node/cli/editor.h"
#include "node/cli/local.h"
#include "node/cli/run.h"
#include "node/cli/say.h"
#include "node/cli/text_lines.h"
#include "node/cli/translate.h"
#include "node/suggest.h"
#include "protocol/kind.h"

struct writing {
	struct kith_cli *cli;
	char *kind, *lang;
	const char *answers;    /* the record that it answers, or NULL */
	const char *translates; /* the record that it translates, or NULL */
	json_t *answered;       /* that record */
	json_t *draft;          /* what the text begins with */
	struct kith_str template;
	char path[KITH_PATH_MAX];
};

/* ---- what it begins with ------------------------------------------------------------------- */

static int no_such_kind(struct kith_cli *cli, const char *typed)
{
	struct kith_suggest suggest;
	struct kith_kind kind;
	struct kith_str list;
	int code;

	kith_str_init(&list);
	kith_suggest_begin(&suggest, typed);
	for (size_t i = 0; kith_kind_at(i, &kind); i++) {
		kith_suggest_offer(&suggest, kind.name);
		kith_str_addf(&list, "%s%s", i ? ", " : "", kind.name);
	}
	code = suggest.best
		       ? kith_fail(cli, KITH_EXIT_NOT_FOUND,
				 "there is no kind of record '%s'; did you mean '%s'?", typed,
				 suggest.best)
		       : kith_fail(cli, KITH_EXIT_NOT_FOUND,
				 "there is no kind of record '%s'; there are %s", typed, list.s);
	kith_str_clear(&list);
	return code;
}

/* What has to be said of a link, as lines to fill in. */
static void add_words(json_t *link, const char *type)
{
	static const char *const needed[][2] = {{"adapts", "kept"}, {"adapts", "changed"},
		{"adapts", "why"}, {"contradicts", "note"}, {"translates", "method"}};

	for (size_t i = 0; i < sizeof(needed) / sizeof(needed[0]); i++)
		if (strcmp(needed[i][0], type) == 0)
			kith_json_set(link, needed[i][1], json_string(""));
}

static bool is_edited(const struct writing *writing)
{
	return !kith_flag(writing->cli, KITH_OPT_SET);
}

/* A link to a record that may be named by the beginning of its id. */
static int add_link(struct writing *writing, const char *type, const char *id, json_t **record)
{
	json_t *result, *links = json_object_get(writing->draft, "links"), *link;
	int code = kith_ask(
		writing->cli, "record.get", kith_need_json(json_pack("{s:s}", "id", id)), &result);

	if (code)
		return code;
	*record = json_incref(json_object_get(result, "record"));
	json_decref(result);
	link = kith_need_json(
		json_pack("{s:s, s:s}", "type", type, "target", kith_json_get_text(*record, "id")));
	if (is_edited(writing))
		add_words(link, type);
	if (!links) {
		links = kith_need_json(json_array());
		kith_json_set(writing->draft, "links", links);
	}
	kith_json_append(links, link);
	return 0;
}

/* The text and links of the record, but for what it revised itself. */
static void begin_with(struct writing *writing, const json_t *record)
{
	json_t *links = json_object_get(writing->draft, "links"), *link;
	size_t i;

	kith_json_set(writing->draft, "body", json_deep_copy(json_object_get(record, "body")));
	json_array_foreach(json_object_get(record, "links"), i, link)
		if (strcmp(kith_json_get_text(link, "type"), "revises") != 0)
			kith_json_append(links, json_incref(link));
	free(writing->kind);
	free(writing->lang);
	writing->kind = kith_need_dup(
		kith_json_get_text(record, "kind"), strlen(kith_json_get_text(record, "kind")));
	writing->lang = kith_need_dup(
		kith_json_get_text(record, "lang"), strlen(kith_json_get_text(record, "lang")));
}

/* The record's text to write over; without an editor only what is no text. */
static int begin_translation(struct writing *writing, const json_t *record)
{
	free(writing->kind);
	writing->kind = kith_need_dup(
		kith_json_get_text(record, "kind"), strlen(kith_json_get_text(record, "kind")));
	return kith_translate_begin(writing->cli, record, is_edited(writing), writing->draft);
}

/* --link TYPE=ID, each. */
static int add_further_links(struct writing *writing, const struct kith_args *args)
{
	const char *text;
	int code = 0;

	for (size_t i = 0; !code && (text = kith_args_repeated(args, KITH_OPT_LINK, i)); i++) {
		const char *equals = strchr(text, '=');
		json_t *record = NULL;
		char *type;

		if (!equals || equals == text || !equals[1])
			return kith_fail(writing->cli, KITH_EXIT_USAGE,
				"--link wants a type and a record, such as cites=3f2a9c");
		type = kith_need_dup(text, (size_t)(equals - text));
		code = add_link(writing, type, equals + 1, &record);
		json_decref(record);
		free(type);
	}
	return code;
}

static int begin_links(struct writing *writing, const struct kith_args *args)
{
	const char *adapts = kith_value(writing->cli, KITH_OPT_ADAPTS);
	const char *revises = kith_value(writing->cli, KITH_OPT_REVISES);
	json_t *record = NULL;
	int code = 0;

	writing->draft = kith_need_json(json_object());
	if (revises)
		code = add_link(writing, "revises", revises, &record);
	if (!code && revises)
		begin_with(writing, record);
	json_decref(record);
	record = NULL;
	if (!code && writing->translates)
		code = add_link(writing, "translates", writing->translates, &record);
	if (!code && writing->translates)
		code = begin_translation(writing, record);
	json_decref(record);
	record = NULL;
	if (!code && adapts)
		code = add_link(writing, "adapts", adapts, &record);
	if (!code && adapts && !*writing->kind) {
		free(writing->kind);
		writing->kind = kith_need_dup(kith_json_get_text(record, "kind"),
			strlen(kith_json_get_text(record, "kind")));
	}
	json_decref(record);
	if (!code && writing->answers)
		code = add_link(writing, "answers", writing->answers, &writing->answered);
	return code ? code : add_further_links(writing, args);
}

static char *language(struct kith_cli *cli)
{
	const char *given = kith_value(
		cli, kith_flag(cli, KITH_OPT_INTO_LANG) ? KITH_OPT_INTO_LANG : KITH_OPT_GROUP_LANG);
	struct kith_config config;
	char home[KITH_PATH_MAX], why[8];

	if (!given && kith_home_find(kith_value(cli, KITH_OPT_HOME), home) == 0 &&
		kith_config_load(home, &config, why, sizeof(why)) == 0)
		given = config.language;
	given = given ? given : "en";
	return kith_need_dup(given, strlen(given));
}

static int begin(struct writing *writing, const struct kith_args *args, const char *kind)
{
	int code;

	writing->kind = kith_need_dup(kind, strlen(kind));
	writing->lang = language(writing->cli);
	code = begin_links(writing, args);
	if (code)
		return code;
	if (!*writing->kind)
		return kith_fail(writing->cli, KITH_EXIT_USAGE,
			"kith new needs the kind of record, such as: kith new practice");
	if (!kith_text_form_template(
		    writing->kind, writing->lang, writing->draft, &writing->template))
		return no_such_kind(writing->cli, writing->kind);
	return 0;
}

/* ---- what came of it ----------------------------------------------------------------------- */

static bool is_only_comments(const struct kith_str *text)
{
	const char *at = text->s;
	size_t len = text->len;
	struct kith_line line;

	while (kith_line_next(&at, &len, &line))
		if (!line.blank && !line.comment)
			return false;
	return true;
}

/* Says the text anything that the template does not? What is not readable says something. */
static bool is_changed(const struct writing *writing, const struct kith_str *text)
{
	struct kith_text_form before, after;
	struct kith_text_error error;
	bool changed;

	if (is_only_comments(text))
		return false;
	if (kith_text_form_parse(text->s, text->len, &after, &error) != 0)
		return true;
	changed = kith_text_form_parse(
			  writing->template.s, writing->template.len, &before, &error) != 0;
	if (!changed) {
		changed = !json_equal(before.draft, after.draft) &&
			  json_object_size(json_object_get(after.draft, "body")) > 0;
		kith_text_form_clear(&before);
	}
	kith_text_form_clear(&after);
	return changed;
}

/* 0 when it was published. */
static int publish(struct writing *writing, const struct kith_str *text)
{
	struct kith_draft draft;
	json_t *result;
	int code = kith_draft_parse(writing->cli, writing->path, text->s, text->len, &draft);

	if (!code)
		code = kith_draft_publish(writing->cli, &draft, &result);
	if (!code) {
		kith_draft_tell(writing->cli, &draft, result);
		json_decref(result);
	}
	kith_draft_clear(&draft);
	return code;
}

static bool wants_again(struct writing *writing)
{
	bool again;
	char *answer;

	if (!kith_can_ask(writing->cli))
		return false;
	answer = kith_ask_line(writing->cli, "Open it again? (yes or no)", _("yes"));
	again = answer && strchr(_("yY"), *answer);
	free(answer);
	return again;
}

static int write_and_publish(struct writing *writing)
{
	struct kith_str text;
	int code;

	kith_str_init(&text);
	do {
		kith_str_reset(&text);
		code = kith_editor_run(writing->cli, writing->path);
		if (!code)
			code = kith_read_file(
				writing->cli, writing->path, KITH_DRAFT_MAX_BYTES, &text);
		if (!code && !is_changed(writing, &text)) {
			unlink(writing->path);
			kith_str_clear(&text);
			return kith_fail(writing->cli, KITH_EXIT_FAILED,
				"the text is empty or unchanged; nothing was published");
		}
		if (!code)
			code = publish(writing, &text);
	} while (code && wants_again(writing));
	if (code)
		kith_hint(writing->cli, "your text is kept in %s; kith publish takes it from there",
			writing->path);
	else
		unlink(writing->path);
	kith_str_clear(&text);
	return code;
}

/* What --set says, without an editor. */
static int set_and_publish(struct writing *writing, const struct kith_args *args)
{
	json_t *said = kith_need_json(json_object());
	const char *text;
	int code = 0;

	kith_json_set(writing->draft, "kind", json_string(writing->kind));
	kith_json_set(writing->draft, "lang", json_string(writing->lang));
	for (size_t i = 0; !code && (text = kith_args_repeated(args, KITH_OPT_SET, i)); i++)
		code = kith_assign(writing->cli, writing->kind, writing->draft, said, text);
	json_decref(said);
	return code ? code : kith_draft_publish_json(writing->cli, json_incref(writing->draft));
}

static int write_new(const struct writing *blank, const struct kith_args *args, const char *kind)
{
	struct writing writing = *blank;
	struct kith_cli *cli = writing.cli;
	int code;

	kith_str_init(&writing.template);
	code = begin(&writing, args, kind);
	if (!code && !is_edited(&writing)) {
		code = set_and_publish(&writing, args);
	} else if (!code && kith_flag(cli, KITH_OPT_TEMPLATE)) {
		kith_out(cli, &writing.template);
	} else if (!code) {
		code = kith_editor_begin(cli, &writing.template, writing.path);
		if (!code)
			code = write_and_publish(&writing);
	}
	kith_str_clear(&writing.template);
	json_decref(writing.answered);
	json_decref(writing.draft);
	free(writing.kind);
	free(writing.lang);
	return code;
}

int kith_run_new(struct kith_cli *cli, const struct kith_args *args)
{
	struct writing writing = {.cli = cli};

	return write_new(&writing, args, args->operand_count ? args->operands[0] : "");
}

int kith_run_answer(struct kith_cli *cli, const struct kith_args *args)
{
	const char *kind = kith_value(cli, KITH_OPT_ANSWER_KIND);
	struct writing writing = {.cli = cli, .answers = args->operands[0]};

	return write_new(&writing, args, kind ? kind : "statement");
}

int kith_run_translate(struct kith_cli *cli, const struct kith_args *args)
{
	struct writing writing = {.cli = cli, .translates = args->operands[0]};

	return write_new(&writing, args, "");
}

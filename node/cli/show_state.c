/* show_state.c: see show_state.h. Things stand in the order of time; nothing is ranked. */
#include "node/cli/show_state.h"

#include <string.h>

#include "node/cli/ask.h"
#include "node/cli/say.h"

/* Lines under way; `line` is the one that is being written. */
struct lines {
	struct kith_cli *cli;
	struct kith_str *out;
	struct kith_str line;
	size_t width;
};

static void end_line(struct lines *lines, size_t indent)
{
	kith_add_wrapped(lines->out, lines->line.s, indent, lines->width);
	kith_str_reset(&lines->line);
}

static bool is(const json_t *object, const char *name)
{
	return json_is_true(json_object_get(object, name));
}

static void add_who(struct lines *lines, const json_t *object, const char *name)
{
	kith_add_author(lines->cli, &lines->line, kith_json_get_text(object, name));
}

static void add_day(struct lines *lines, const char *before, const json_t *object, const char *name)
{
	kith_str_addf(&lines->line, "%s%.10s", before, kith_json_get_text(object, name));
}

static void add_id(struct lines *lines, const json_t *object, const char *name)
{
	kith_str_add_c(&lines->line, ' ');
	kith_add_short_id(&lines->line, kith_json_get_text(object, name));
}

/* ---- of every record ----------------------------------------------------------------------- */

static void show_versions(struct lines *lines, const json_t *state)
{
	const json_t *heads = json_object_get(state, "heads");
	json_t *head;
	size_t i;

	if (json_array_size(heads) > 1)
		kith_str_addf(&lines->line,
			P_("%zu head, edited apart:", "%zu heads, edited apart:",
				json_array_size(heads)),
			json_array_size(heads));
	else if (is(state, "superseded"))
		kith_str_add(&lines->line, _("replaced by a later version:"));
	else
		return;
	json_array_foreach(heads, i, head)
		add_id(lines, head, "id");
	end_line(lines, 2);
}

static void add_count(struct lines *lines, const json_t *stances, const char *name, bool *first)
{
	json_t *count = json_object_get(stances, name);

	if (!count)
		return;
	kith_str_addf(&lines->line, "%s%lld %s%s", *first ? "" : ", ",
		(long long)json_integer_value(count), name,
		strcmp(name, "object") == 0 && json_integer_value(count) == 1 ? "s" : "");
	*first = false;
}

static void show_stances(struct lines *lines, const json_t *stances)
{
	static const char *const positions[] = {"support", "object", "abstain", "block"};
	json_t *stance;
	bool first = true;
	size_t i;

	if (!stances)
		return;
	kith_str_add(&lines->line, is(stances, "contested") ? _("contested: ") : _("stances: "));
	for (i = 0; i < sizeof(positions) / sizeof(positions[0]); i++)
		add_count(lines, stances, positions[i], &first);
	end_line(lines, 2);
	json_array_foreach(json_object_get(stances, "list"), i, stance) {
		const char *reason = kith_json_get_text(stance, "reason");

		kith_str_addf(&lines->line, "%s, ", kith_json_get_text(stance, "position"));
		add_who(lines, stance, "author");
		add_day(lines, ", ", stance, "created");
		kith_str_addf(&lines->line, "%s%s", *reason ? ": " : "", reason);
		end_line(lines, 4);
	}
}

static void show_signatures(struct lines *lines, const json_t *signatures)
{
	const json_t *list = json_object_get(signatures, "list");
	json_t *signer;
	size_t i;

	if (!signatures)
		return;
	kith_str_add(&lines->line, is(signatures, "proposed") ? _("proposed: ") : "");
	kith_str_addf(&lines->line,
		P_("%zu signature: ", "%zu signatures: ", json_array_size(list)),
		json_array_size(list));
	json_array_foreach(list, i, signer) {
		kith_str_add(&lines->line, i ? ", " : "");
		add_who(lines, signer, "author");
	}
	end_line(lines, 2);
}

/* "machine translation, stale" */
static void add_translation(struct lines *lines, const json_t *translation)
{
	const char *method = kith_json_get_text(translation, "method");

	if (strcmp(method, "human") == 0)
		kith_str_add(&lines->line, _("human translation"));
	else if (strcmp(method, "mixed") == 0)
		kith_str_add(&lines->line, _("mixed translation"));
	else if (strcmp(method, "machine") == 0)
		kith_str_add(&lines->line, _("machine translation"));
	else
		kith_str_add(&lines->line, _("translation"));
	if (is(translation, "stale"))
		kith_str_add(&lines->line, _(", stale: what it translates was revised"));
	if (is(translation, "replaced"))
		kith_str_add(&lines->line, _(", replaced by a later one"));
}

static void show_translations(struct lines *lines, const json_t *state)
{
	const json_t *of = json_object_get(state, "translation_of");
	json_t *translation;
	size_t i;

	if (of) {
		add_translation(lines, of);
		kith_str_add(&lines->line, _("; original"));
		add_id(lines, of, "source");
		end_line(lines, 2);
	}
	json_array_foreach(json_object_get(state, "translations"), i, translation) {
		kith_str_addf(&lines->line, "in %s:", kith_json_get_text(translation, "lang"));
		add_id(lines, translation, "id");
		kith_str_add(&lines->line, ", ");
		add_translation(lines, translation);
		end_line(lines, 2);
	}
}

/* ---- of some kinds ------------------------------------------------------------------------- */

static void show_answer(struct lines *lines, const json_t *answer)
{
	if (is(answer, "counts"))
		kith_str_add(&lines->line, _("answered by "));
	else
		kith_str_add(&lines->line, _("a reply, not accepted yet, by "));
	add_who(lines, answer, "author");
	if (is(answer, "by_addressee"))
		kith_str_add(&lines->line, _(" (addressee)"));
	if (is(answer, "accepted"))
		kith_str_add(&lines->line, _(" (accepted)"));
	add_day(lines, ", ", answer, "created");
	kith_str_add_c(&lines->line, ':');
	add_id(lines, answer, "id");
	end_line(lines, 2);
}

static void show_answers(struct lines *lines, const json_t *answers)
{
	json_t *answer;
	size_t i;

	if (!answers)
		return;
	json_array_foreach(json_object_get(answers, "list"), i, answer)
		show_answer(lines, answer);
	if (!is(answers, "answered")) {
		kith_str_add(&lines->line, _("not answered yet"));
		end_line(lines, 2);
	}
}

static void show_agreements(struct lines *lines, const json_t *agreements)
{
	json_t *agreement;
	size_t i;

	json_array_foreach(agreements, i, agreement) {
		struct kith_str giver, receiver;

		kith_str_init(&giver);
		kith_str_init(&receiver);
		kith_add_author(lines->cli, &giver, kith_json_get_text(agreement, "giver"));
		kith_add_author(lines->cli, &receiver, kith_json_get_text(agreement, "receiver"));
		kith_str_addf(&lines->line, _("agreed since %.10s: %s gives, %s receives"),
			kith_json_get_text(agreement, "since"), giver.s, receiver.s);
		kith_str_clear(&giver);
		kith_str_clear(&receiver);
		end_line(lines, 2);
	}
}

static void show_pact(struct lines *lines, const json_t *pact)
{
	json_t *party;
	size_t i;

	if (!pact)
		return;
	if (json_object_get(pact, "active_since"))
		add_day(lines, _("active since "), pact, "active_since");
	else
		kith_str_addf(&lines->line, _("proposed: %lld of %lld signatures"),
			(long long)json_integer_value(json_object_get(pact, "signed")),
			(long long)json_integer_value(json_object_get(pact, "needed")));
	end_line(lines, 2);
	json_array_foreach(json_object_get(pact, "parties"), i, party) {
		add_who(lines, party, "author");
		if (json_object_get(party, "signed"))
			add_day(lines, _(", signed "), party, "signed");
		else
			kith_str_add(&lines->line, _(", not signed yet"));
		end_line(lines, 4);
	}
}

static void show_introduction(struct lines *lines, const json_t *introduction)
{
	const char *state = kith_json_get_text(introduction, "state");

	if (!introduction)
		return;
	if (strcmp(state, "accepted") == 0)
		kith_str_add(&lines->line, _("both have accepted"));
	else
		kith_str_add(&lines->line, state);
	end_line(lines, 2);
}

int kith_show_state(struct kith_cli *cli, const char *id, size_t width, struct kith_str *out)
{
	struct lines lines = {.cli = cli, .out = out, .width = width};
	json_t *state;
	int code =
		kith_ask(cli, "record.state", kith_need_json(json_pack("{s:s}", "id", id)), &state);

	if (code)
		return code;
	kith_str_init(&lines.line);
	show_versions(&lines, state);
	show_pact(&lines, json_object_get(state, "pact"));
	show_introduction(&lines, json_object_get(state, "introduction"));
	show_answers(&lines, json_object_get(state, "answers"));
	show_agreements(&lines, json_object_get(state, "agreements"));
	if (!json_object_get(state, "pact"))
		show_signatures(&lines, json_object_get(state, "signatures"));
	show_stances(&lines, json_object_get(state, "stances"));
	show_translations(&lines, state);
	kith_str_clear(&lines.line);
	json_decref(state);
	return 0;
}

/* commands.c: the commands there are, in the order of the help; see command.h. */
#include "node/cli/command.h"

#include <string.h>

#include "node/cli/run.h"

/* ---- commands ------------------------------------------------------------------------------ */

#define FIND_OPTIONS                                                                               \
	KITH_OPT_KIND, KITH_OPT_TAG, KITH_OPT_EXACT_TAG, KITH_OPT_COUNTRY, KITH_OPT_PLACE,         \
		KITH_OPT_AUTHOR, KITH_OPT_LANG, KITH_OPT_SINCE, KITH_OPT_UNTIL, KITH_OPT_LINKS_TO, \
		KITH_OPT_LINK_TYPE, KITH_OPT_WHERE, KITH_OPT_MENTIONS, KITH_OPT_OLDEST,            \
		KITH_OPT_LIMIT

#define REPORT_FILTERS                                                                             \
	KITH_OPT_TAG, KITH_OPT_COUNTRY, KITH_OPT_PLACE, KITH_OPT_AUTHOR, KITH_OPT_SINCE,           \
		KITH_OPT_UNTIL, KITH_OPT_LIMIT, KITH_OPT_FROM, KITH_OPT_JSON

static const struct kith_command commands[] = {
	{
		.name = "init",
		.options = {KITH_OPT_GROUP_NAME, KITH_OPT_GROUP_PLACE, KITH_OPT_GROUP_TYPE,
			KITH_OPT_GROUP_LANG, KITH_OPT_HOST, KITH_OPT_PORT, KITH_OPT_PASSPHRASE_FILE,
			KITH_OPT_NO_PASSPHRASE},
		.summary = "make a home: keys, configuration, a first profile",
		.text = "Asks for what was not given. The keys are sealed with a passphrase unless "
			"--no-passphrase says otherwise. The profile waits in the home as "
			"profile.kith: read it, change it, and publish it when the node runs; "
			"nothing is told to anybody before that.",
		.example = "kith init --name \"Kavala solidarity\" --place \"Kavala, GR\" --type "
			   "group",
		.run = kith_run_init,
	},
	{
		.name = "id",
		.options = {KITH_OPT_JSON},
		.summary = "show the keys and the address to hand to partners",
		.text = "Reads the home alone; the node need not run.",
		.example = "kith id",
		.run = kith_run_id,
	},
	{
		.name = "status",
		.options = {KITH_OPT_WAIT, KITH_OPT_JSON},
		.summary = "show the node, its partners, and what is wrong",
		.text = "Says for each partner whether all is exchanged, and if not, why and since "
			"when.",
		.example = "kith status",
		.run = kith_run_status,
	},
	{
		.name = "partner list",
		.options = {KITH_OPT_JSON},
		.summary = "list the partners",
		.text = "Both sides have to name each other before anything is exchanged.",
		.example = "kith partner list",
		.run = kith_run_partner_list,
	},
	{
		.name = "partner add",
		.operands = "ADDRESS",
		.operand_min = 1,
		.operand_max = 1,
		.options = {KITH_OPT_PARTNER_NAME, KITH_OPT_JSON},
		.summary = "name a partner, or change the address of one",
		.text = "ADDRESS is the line that the partner's kith id prints. A group key alone "
			"(author_…) names a partner who will call us.",
		.example = "kith partner add --name Kavala "
			   "'kith://node_…@kavala.example:7476?group=author_…'",
		.run = kith_run_partner_add,
	},
	{
		.name = "partner pause",
		.operands = "PARTNER",
		.operand_min = 1,
		.operand_max = 1,
		.options = {KITH_OPT_JSON},
		.summary = "exchange nothing with a partner until resumed",
		.text = "PARTNER is its name or the beginning of its key.",
		.example = "kith partner pause Kavala",
		.run = kith_run_partner_pause,
	},
	{
		.name = "partner resume",
		.operands = "PARTNER",
		.operand_min = 1,
		.operand_max = 1,
		.options = {KITH_OPT_JSON},
		.summary = "take up a paused exchange again",
		.text = "What was missed meanwhile is caught up.",
		.example = "kith partner resume Kavala",
		.run = kith_run_partner_resume,
	},
	{
		.name = "partner remove",
		.operands = "PARTNER",
		.operand_min = 1,
		.operand_max = 1,
		.options = {KITH_OPT_JSON},
		.summary = "end the exchange with a partner",
		.text = "The records that came from the partner stay.",
		.example = "kith partner remove Kavala",
		.run = kith_run_partner_remove,
	},
	{
		.name = "new",
		.operands = "[KIND]",
		.operand_max = 1,
		.complete = KITH_COMPLETE_KIND,
		.options = {KITH_OPT_ADAPTS, KITH_OPT_REVISES, KITH_OPT_LINK, KITH_OPT_SET,
			KITH_OPT_GROUP_LANG, KITH_OPT_TEMPLATE, KITH_OPT_JSON},
		.summary = "write a record in an editor and publish it",
		.text = "Opens $VISUAL, $EDITOR or vi on a template. An unchanged or empty text "
			"publishes nothing. What a rule refuses is kept, and can be opened again. "
			"With --set no editor is opened; each adds to a list, clauses[1].who names "
			"a part of its second entry, and link.why is about the last link.",
		.example = "kith new practice --adapts 3f2a9c",
		.run = kith_run_new,
	},
	{
		.name = "translate",
		.operands = "ID",
		.operand_min = 1,
		.operand_max = 1,
		.options = {KITH_OPT_INTO_LANG, KITH_OPT_METHOD, KITH_OPT_SET, KITH_OPT_TEMPLATE,
			KITH_OPT_JSON},
		.summary = "translate a record in an editor and publish the translation",
		.text = "As kith new, beginning with the text of the record, which need not be "
			"yours. What you remove is shown in the language of the original. With "
			"--set the text begins empty.",
		.example = "kith translate --lang nl 3f2a9c",
		.run = kith_run_translate,
	},
	{
		.name = "answer",
		.operands = "ID",
		.operand_min = 1,
		.operand_max = 1,
		.options = {KITH_OPT_ANSWER_KIND, KITH_OPT_LINK, KITH_OPT_SET, KITH_OPT_GROUP_LANG,
			KITH_OPT_TEMPLATE, KITH_OPT_JSON},
		.summary = "answer an ask or an exchange",
		.text = "As kith new, with a link that answers the record. An answer counts when "
			"its author was asked, or when the asker accepts it.",
		.example = "kith answer 3f2a9c --set intent=comment --set text=\"Ask the library\"",
		.run = kith_run_answer,
	},
	{
		.name = "accept",
		.operands = "ID",
		.operand_min = 1,
		.operand_max = 1,
		.options = {KITH_OPT_JSON},
		.summary = "accept an introduction, or an answer to what you asked",
		.text = "Publishes a stance that supports it. Of an introduction both have to "
			"accept.",
		.example = "kith accept 3f2a9c",
		.run = kith_run_accept,
	},
	{
		.name = "decline",
		.operands = "ID",
		.operand_min = 1,
		.operand_max = 1,
		.options = {KITH_OPT_JSON},
		.summary = "decline an introduction",
		.text = "No reason is asked for, and none can be given.",
		.example = "kith decline 3f2a9c",
		.run = kith_run_decline,
	},
	{
		.name = "stance",
		.operands = "POSITION ID",
		.operand_min = 2,
		.operand_max = 2,
		.options = {KITH_OPT_REASON, KITH_OPT_JSON},
		.summary = "say where you stand on a record",
		.text = "POSITION is support, object, abstain or block. The latest of each author "
			"counts; all are shown, with their reasons.",
		.example = "kith stance object 3f2a9c --reason \"Who pays the rent?\"",
		.run = kith_run_stance,
	},
	{
		.name = "sign",
		.operands = "ID",
		.operand_min = 1,
		.operand_max = 1,
		.options = {KITH_OPT_JSON},
		.summary = "put your name under a pact, or under what says we",
		.text = "Publishes a stance that co-signs it.",
		.example = "kith sign 3f2a9c",
		.run = kith_run_sign,
	},
	{
		.name = "publish",
		.operands = "FILE…",
		.operand_min = 1,
		.operand_max = 1000,
		.complete = KITH_COMPLETE_FILE,
		.options = {KITH_OPT_JSON},
		.summary = "sign and publish records in text form or JSON",
		.text = "\"-\" is standard input. Prints the id of each record. A file that is "
			"refused does not keep the others from being published.",
		.example = "kith publish pharmacy.kith",
		.run = kith_run_publish,
	},
	{
		.name = "check",
		.operands = "FILE…",
		.operand_min = 1,
		.operand_max = 1000,
		.complete = KITH_COMPLETE_FILE,
		.options = {KITH_OPT_JSON},
		.summary = "say what publish would refuse, and publish nothing",
		.text = "Names file, line, field and rule.",
		.example = "kith check pharmacy.kith",
		.run = kith_run_check,
	},
	{
		.name = "show",
		.operands = "ID…",
		.operand_min = 1,
		.operand_max = 1000,
		.options = {KITH_OPT_READ_LANG, KITH_OPT_JSON, KITH_OPT_RAW},
		.summary = "show records with their links in and out",
		.text = "ID is any beginning of an id that fits one record only. The text is shown "
			"in your language where people have translated it, else as it was "
			"written; a label says which, and what is not translated is marked.",
		.example = "kith show --lang nl,en 3f2a9c",
		.run = kith_run_show,
	},
	{
		.name = "find",
		.operands = "[WORD…]",
		.operand_max = 100,
		.options = {FIND_OPTIONS, KITH_OPT_JSON},
		.summary = "search, newest first",
		.text = "All words must occur; case and accents do not count; a last word ending "
			"in * stands for all that begin so. Vocabularies of yours and your "
			"partners say what else a word or tag is called: pharmacie finds farmacie. "
			"--where asks for a choice that a kind of record has; kith help KIND lists "
			"them.",
		.example = "kith find --kind practice --country BE housing",
		.run = kith_run_find,
	},
	{
		.name = "links",
		.operands = "ID",
		.operand_min = 1,
		.operand_max = 1,
		.options = {KITH_OPT_LINK_TYPE, KITH_OPT_LIMIT, KITH_OPT_JSON},
		.summary = "list the links from and to a record",
		.text = "A record that is not here yet is shown by its id alone.",
		.example = "kith links --type adapts 3f2a9c",
		.run = kith_run_links,
	},
	{
		.name = "lineage",
		.operands = "ID",
		.operand_min = 1,
		.operand_max = 1,
		.options = {KITH_OPT_DOT, KITH_OPT_SVG, KITH_OPT_JSON},
		.summary = "show what a practice was adapted from, and all that was adapted",
		.text = "The tree begins where the practice began, whichever of its records ID is. "
			"Each edge says what was kept, what was changed, and why.",
		.example = "kith lineage 3f2a9c\n"
			   "  kith lineage --svg 3f2a9c > lineage.svg",
		.run = kith_run_lineage,
	},
	{
		.name = "trace",
		.operands = "ID",
		.operand_min = 1,
		.operand_max = 1,
		.options = {KITH_OPT_JSON},
		.summary = "show what became of an idea, with dates",
		.text = "Heard, studied, decided, planned, done. ID is the idea or any record that "
			"followed from it.",
		.example = "kith trace 3f2a9c",
		.run = kith_run_report,
	},
	{
		.name = "plan status",
		.operands = "[ID]",
		.operand_max = 1,
		.options = {KITH_OPT_AS_OF, KITH_OPT_BY, KITH_OPT_JSON},
		.summary = "show a plan in columns: undertaken, under way, future",
		.text = "Without ID it is your newest plan. --by theme makes a column of each "
			"theme instead. --as-of shows it as it stood on that day.",
		.example = "kith plan status --as-of 2017-03-10 3f2a9c",
		.run = kith_run_plan_status,
	},
	{
		.name = "report failed",
		.options = {REPORT_FILTERS},
		.summary = "list what failed, where and why",
		.text = "Practices whose outcome is failed, newest first. Bad practice is worth as "
			"much as good.",
		.example = "kith report failed --tag housing",
		.run = kith_run_report,
	},
	{
		.name = "report unanswered",
		.options = {KITH_OPT_DAYS, KITH_OPT_TO, REPORT_FILTERS},
		.summary = "list asks that have no answer that counts, oldest first",
		.text = "An answer counts when an addressee wrote it or the asker accepted it.",
		.example = "kith report unanswered --days 30 --to me",
		.run = kith_run_report,
	},
	{
		.name = "report areas",
		.operands = "ID",
		.operand_min = 1,
		.operand_max = 1,
		.options = {KITH_OPT_JSON},
		.summary = "show what is said about a working question, by its four areas",
		.text = "Means, objectives, vision and values, observations and facts; says which "
			"of them is empty.",
		.example = "kith report areas 3f2a9c",
		.run = kith_run_report,
	},
	{
		.name = "report cafe",
		.operands = "[ID]",
		.operand_max = 1,
		.options = {REPORT_FILTERS},
		.summary = "show for each case the potentials beside the obstacles",
		.text = "As in a world café. ID shows one case.",
		.example = "kith report cafe --tag housing",
		.run = kith_run_report,
	},
	{
		.name = "report criteria",
		.options = {KITH_OPT_LANG, REPORT_FILTERS},
		.summary = "show well-being and ill-being in people's own words, by dimension",
		.text = "As they are coded in the evaluations or by others later; --lang is the "
			"language of the headings.",
		.example = "kith report criteria --country PL",
		.run = kith_run_report,
	},
	{
		.name = "report dissent",
		.operands = "[ID]",
		.operand_max = 1,
		.options = {REPORT_FILTERS},
		.summary = "show what is objected to, beside who supports it",
		.text = "With every reason; the latest stance of each author counts. ID shows the "
			"stances on one record.",
		.example = "kith report dissent",
		.run = kith_run_report,
	},
	{
		.name = "report silence",
		.options = {KITH_OPT_AUTHOR, KITH_OPT_SINCE, KITH_OPT_UNTIL, KITH_OPT_LIMIT,
			KITH_OPT_JSON},
		.summary = "show who has been asked and has not spoken",
		.text = "Pacts without all signatures, introductions and asks without an answer, "
			"what one alone says as WE; oldest first.",
		.example = "kith report silence",
		.run = kith_run_report,
	},
	{
		.name = "match",
		.operands = "[ID]",
		.operand_max = 1,
		.options = {KITH_OPT_LIMIT, KITH_OPT_FROM, KITH_OPT_JSON},
		.summary = "show needs beside offers that could meet them, and why",
		.text = "For one exchange, or for all of yours. It proposes and contacts nobody.",
		.example = "kith match",
		.run = kith_run_report,
	},
	{
		.name = "check-fit",
		.operands = "ID",
		.operand_min = 1,
		.operand_max = 1,
		.options = {KITH_OPT_PLACE, KITH_OPT_COUNTRY, KITH_OPT_JSON},
		.summary = "show which conditions of a practice are unmet at a place",
		.text = "By what people from there say. There is no score. --place may name the "
			"country too.",
		.example = "kith check-fit --place \"Seoul, KR\" 3f2a9c",
		.run = kith_run_check_fit,
	},
	{
		.name = "path",
		.operands = "WHO",
		.operand_min = 1,
		.operand_max = 1,
		.options = {KITH_OPT_PATH_FROM, KITH_OPT_JSON},
		.summary = "show who introduced you to somebody",
		.text = "The shortest path of people, by introductions that both sides accepted. "
			"WHO is a partner's name, a key or its beginning, or me.",
		.example = "kith path Kavala",
		.run = kith_run_path,
	},
	{
		.name = "balance",
		.operands = "[WHO]",
		.operand_max = 1,
		.options = {KITH_OPT_SINCE, KITH_OPT_UNTIL, KITH_OPT_LIMIT, KITH_OPT_FROM,
			KITH_OPT_JSON},
		.summary = "list what somebody has given and received",
		.text = "WHO is a partner's name, a key or its beginning; you when it is not "
			"given. It is listed, never scored.",
		.example = "kith balance",
		.run = kith_run_balance,
	},
	{
		.name = "digest",
		.options = {KITH_OPT_TO, REPORT_FILTERS},
		.summary = "show what is new, by level",
		.text = "What is asked of you comes first; then the innovation, the network, the "
			"context. Of the last week, unless --since says otherwise.",
		.example = "kith digest --since 2026-05-01",
		.run = kith_run_report,
	},
	{
		.name = "follow",
		.options = {KITH_OPT_FROM, KITH_OPT_ALL, KITH_OPT_KIND, KITH_OPT_LIMIT,
			KITH_OPT_JSON},
		.summary = "print records as they arrive",
		.text = "Goes on until interrupted, or until --limit. With --json each line holds "
			"a cursor from which --from goes on.",
		.example = "kith follow --kind practice",
		.run = kith_run_follow,
	},
	{
		.name = "import",
		.operands = "FILE",
		.operand_min = 1,
		.operand_max = 1,
		.complete = KITH_COMPLETE_FILE,
		.options = {KITH_OPT_MAP, KITH_OPT_DRY_RUN, KITH_OPT_LIMIT, KITH_OPT_KEEP_PERSONAL,
			KITH_OPT_JSON},
		.summary = "publish the rows of a table or the lines of an export",
		.text = "Reads CSV and JSON lines by a mapping file; without one, lines that kith "
			"export wrote, or drafts. What is there already, by its source, is left "
			"alone, so an import that was interrupted is simply run again.",
		.example = "kith import --dry-run --map networks.map networks.csv",
		.run = kith_run_import,
	},
	{
		.name = "export",
		.operands = "[WORD…]",
		.operand_max = 100,
		.options = {FIND_OPTIONS, KITH_OPT_FORMAT, KITH_OPT_EXPORT_TO,
			KITH_OPT_KEEP_PERSONAL},
		.summary = "print records as lines that import reads, or in other formats",
		.text = "json, the default, is a line for each record, with the signed bytes, so "
			"that "
			"the ids stay the same. activitystreams and schema.org are linked data; "
			"csv "
			"is a table of one kind; html is a site of pages that opens from disk.",
		.example = "kith export --author me --to ours.jsonl\n"
			   "kith export --format csv --kind practice --to practices.csv\n"
			   "kith export --format html --to site",
		.run = kith_run_export,
	},
	{
		.name = "rpc",
		.operands = "METHOD [JSON]",
		.operand_min = 1,
		.operand_max = 2,
		.summary = "call a method of the node's API",
		.text = "Prints the result as JSON. kith help METHOD says what it takes; "
			"kith rpc rpc.discover lists them all.",
		.example = "kith rpc record.find '{\"tag\": \"health\"}'",
		.run = kith_run_rpc,
	},
	{
		.name = "help",
		.operands = "[COMMAND|METHOD|KIND]",
		.operand_max = 2,
		.complete = KITH_COMPLETE_COMMAND,
		.options = {KITH_OPT_COMPLETION},
		.summary = "explain a command, a method of the API, or a kind of record",
		.text = "Without an argument, lists the commands.",
		.example = "kith help practice",
		.run = kith_run_help,
	},
	{
		.name = "version",
		.options = {KITH_OPT_JSON},
		.summary = "print the version",
		.text = "That of the command; kith status shows that of the node.",
		.example = "kith version",
		.run = kith_run_version,
	},
};

#define COMMANDS (sizeof(commands) / sizeof(commands[0]))

const struct kith_command *kith_command_at(size_t i)
{
	return i < COMMANDS ? &commands[i] : NULL;
}

/* Does the name consist of the first *used of the words? */
static bool is_named(const char *name, char *const *words, size_t count, size_t *used)
{
	for (*used = 0; *used < count; (*used)++) {
		size_t len = strlen(words[*used]);

		if (strncmp(name, words[*used], len) != 0)
			return false;
		if (name[len] == '\0') {
			(*used)++;
			return true;
		}
		if (name[len] != ' ')
			return false;
		name += len + 1;
	}
	return false;
}

const struct kith_command *kith_command_find(char *const *words, size_t count, size_t *used)
{
	for (size_t i = 0; i < COMMANDS; i++)
		if (is_named(commands[i].name, words, count, used))
			return &commands[i];
	*used = 0;
	return NULL;
}

enum kith_opt kith_command_option(const struct kith_command *command, size_t i)
{
	static const enum kith_opt common[] = {KITH_OPT_HOME, KITH_OPT_SOCKET, KITH_OPT_HELP};
	size_t own = 0;

	while (own < KITH_COMMAND_OPTIONS && command->options[own] != KITH_OPT_END)
		own++;
	if (i < own)
		return command->options[i];
	return i - own < sizeof(common) / sizeof(common[0]) ? common[i - own] : KITH_OPT_END;
}

/*
 * cmd_stance.c: kith stance, kith sign, kith accept, kith decline: where this node's group stands
 * on a record. Each publishes a stance; what differs is its link and its position.
 */
#include <string.h>

#include "node/cli/draft.h"
#include "node/cli/run.h"

/* Publishes a stance and prints its id. reason may be NULL. */
static int publish(struct kith_cli *cli, const char *position, const char *link, const char *id,
	const char *reason)
{
	json_t *draft = kith_need_json(json_pack("{s:s, s:{s:s, s:s*}, s:[{s:s, s:s}]}", "kind",
		"stance", "body", "position", position, "reason", reason, "links", "type", link,
		"target", id));

	return kith_draft_publish_json(cli, draft);
}

static int get(struct kith_cli *cli, const char *id, json_t **record)
{
	json_t *result;
	int code =
		kith_ask(cli, "record.get", kith_need_json(json_pack("{s:s}", "id", id)), &result);

	*record = NULL;
	if (!code)
		*record = json_incref(json_object_get(result, "record"));
	json_decref(result);
	return code;
}

static bool has_link(const json_t *record, const char *type)
{
	json_t *link;
	size_t i;

	json_array_foreach(json_object_get(record, "links"), i, link)
		if (strcmp(kith_json_get_text(link, "type"), type) == 0)
			return true;
	return false;
}

static bool is_introduction(const json_t *record)
{
	return strcmp(kith_json_get_text(record, "kind"), "introduction") == 0;
}

/* Says so when the other has accepted as well; whoever is still asked, or declined, is not told. */
static void tell_if_both(struct kith_cli *cli, const json_t *introduction)
{
	const char *id = kith_json_get_text(introduction, "id");
	json_t *state = NULL;

	if (kith_ask(cli, "record.state", kith_need_json(json_pack("{s:s}", "id", id)), &state))
		return;
	if (strcmp(kith_json_get_text(json_object_get(state, "introduction"), "state"),
		    "accepted") == 0)
		kith_hint(cli, "both have accepted");
	json_decref(state);
}

int kith_run_stance(struct kith_cli *cli, const struct kith_args *args)
{
	return publish(cli, args->operands[0], "about", args->operands[1],
		kith_value(cli, KITH_OPT_REASON));
}

int kith_run_sign(struct kith_cli *cli, const struct kith_args *args)
{
	return publish(cli, "support", "co-signs", args->operands[0], NULL);
}

int kith_run_accept(struct kith_cli *cli, const struct kith_args *args)
{
	json_t *record;
	int code = get(cli, args->operands[0], &record);

	if (code)
		return code;
	if (is_introduction(record))
		code = publish(cli, "support", "answers", kith_json_get_text(record, "id"), NULL);
	else if (has_link(record, "answers"))
		code = publish(cli, "support", "about", kith_json_get_text(record, "id"), NULL);
	else
		code = kith_fail(cli, KITH_EXIT_REFUSED,
			"only an introduction or an answer can be accepted; kith stance support "
			"says that you are for something, kith sign puts your name under it");
	if (!code && is_introduction(record))
		tell_if_both(cli, record);
	json_decref(record);
	return code;
}

int kith_run_decline(struct kith_cli *cli, const struct kith_args *args)
{
	json_t *record;
	int code = get(cli, args->operands[0], &record);

	if (code)
		return code;
	if (is_introduction(record))
		code = publish(cli, "abstain", "answers", kith_json_get_text(record, "id"), NULL);
	else
		code = kith_fail(cli, KITH_EXIT_REFUSED,
			"only an introduction can be declined; an answer counts only once it is "
			"accepted, and kith stance says where you stand otherwise");
	json_decref(record);
	return code;
}

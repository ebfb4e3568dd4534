/*
 * people.c: who and what a record is about, in few words; see ask.h.
 *
 * A name is what this node calls itself, what it calls a partner, or what an author says of itself
 * in a profile; a profile that was imported from elsewhere speaks of somebody else. Names can be
 * alike, so the key always stands beside them.
 */
#include "node/cli/ask.h"

#include <string.h>

#define PROFILES_MAX 100 /* looked at for one that the author wrote of itself */
#define KEY_COLUMNS  12  /* of a key's characters: 60 bits, which nobody hits by chance */

static void remember(struct kith_cli *cli, const char *author, const char *name)
{
	kith_json_set(cli->names, author, json_string(name));
}

/* A node that cannot say is no reason to fail: the key is shown in any case. */
static void ask_quietly(
	struct kith_cli *cli, const char *method, json_t *params, struct kith_reply *reply)
{
	if (!cli->talk || kith_talk_call(cli->talk, method, params, reply) != 0)
		*reply = (struct kith_reply){0};
}

/* This node and its partners, once. */
static void remember_known(struct kith_cli *cli)
{
	struct kith_reply reply;
	json_t *partner;
	size_t i;

	remember(cli, "", "");
	ask_quietly(cli, "partner.list", NULL, &reply);
	json_array_foreach(json_object_get(reply.result, "partners"), i, partner)
		if (*kith_json_get_text(partner, "name"))
			remember(cli, kith_json_get_text(partner, "group"),
				kith_json_get_text(partner, "name"));
	kith_reply_clear(&reply);
	ask_quietly(cli, "node.info", NULL, &reply);
	if (*kith_json_get_text(reply.result, "name"))
		remember(cli, kith_json_get_text(reply.result, "author"),
			kith_json_get_text(reply.result, "name"));
	kith_reply_clear(&reply);
}

static void remember_profile(struct kith_cli *cli, const char *author)
{
	const char *name = "";
	struct kith_reply reply;
	json_t *profile;
	size_t i;

	ask_quietly(cli, "record.find",
		kith_need_json(json_pack("{s:s, s:s, s:i}", "kind", "profile", "author", author,
			"limit", PROFILES_MAX)),
		&reply);
	json_array_foreach(json_object_get(reply.result, "records"), i, profile) {
		const json_t *body = json_object_get(profile, "body");

		if (!*name && !json_object_get(body, "source"))
			name = kith_json_get_text(body, "title");
	}
	remember(cli, author, name);
	kith_reply_clear(&reply);
}

static const char *name_of(struct kith_cli *cli, const char *author)
{
	if (!json_object_get(cli->names, ""))
		remember_known(cli);
	if (!json_object_get(cli->names, author))
		remember_profile(cli, author);
	return kith_json_get_text(cli->names, author);
}

void kith_add_fingerprint(struct kith_str *out, const char *key)
{
	const char *underscore = strchr(key, '_');
	size_t len = underscore ? (size_t)(underscore - key) + 1 + KEY_COLUMNS : KEY_COLUMNS;

	kith_str_add_n(out, key, strlen(key) < len ? strlen(key) : len);
}

void kith_add_author(struct kith_cli *cli, struct kith_str *out, const char *author)
{
	const char *name = name_of(cli, author);

	if (*name)
		kith_str_addf(out, "%s ", name);
	kith_add_fingerprint(out, author);
}

const char *kith_caption(const json_t *record)
{
	const char *title = kith_json_get_text(json_object_get(record, "body"), "title");

	return *title ? title : kith_json_get_text(record, "caption");
}

void kith_add_short_id(struct kith_str *out, const char *id)
{
	kith_str_add_n(out, id, strlen(id) < KITH_SHORT_ID ? strlen(id) : KITH_SHORT_ID);
}

void kith_add_moment(struct kith_str *out, const char *moment)
{
	if (strlen(moment) >= 16 && moment[10] == 'T')
		kith_str_addf(out, "%.10s %.5s", moment, moment + 11);
	else
		kith_str_add(out, moment);
}

void kith_add_place(struct kith_str *out, const json_t *body)
{
	const json_t *place = json_object_get(body, "place");
	const char *name = kith_json_get_text(place, "name");
	const char *country = kith_json_get_text(place, "country");

	kith_str_addf(out, "%s%s%s", name, *name && *country ? ", " : "", country);
}

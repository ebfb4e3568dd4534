/* text_values.c: texts, lists and single values; see text_parse.h. */
#include "node/cli/text_parse.h"

#include <string.h>

int kith_parse_put_one(struct kith_parse *parse, const json_t *field, json_t *object,
	const char *text, size_t len, size_t line)
{
	char why[240];
	json_t *value;

	kith_trim(&text, &len);
	if (!len)
		return 0;
	value = kith_field_value(field, text, len, why, sizeof(why));
	if (!value)
		return kith_parse_wrong(parse, line, "%s", why);
	if (kith_field_is_list(field)) {
		json_t *list = json_object_get(object, kith_field_name(field));

		if (!list) {
			list = kith_need_json(json_array());
			kith_json_set(object, kith_field_name(field), list);
		}
		kith_json_append(list, value);
	} else {
		kith_json_set(object, kith_field_name(field), value);
	}
	return 0;
}

/* "a, b, c" */
static int put_listed(struct kith_parse *parse, const json_t *field, json_t *object,
	const struct kith_saying *saying)
{
	const char *text = saying->text;
	size_t len = saying->text_len;
	int err = 0;

	while (!err) {
		const char *comma = memchr(text, ',', len);
		size_t one = comma ? (size_t)(comma - text) : len;

		err = kith_parse_put_one(parse, field, object, text, one, saying->line);
		if (!comma)
			break;
		text += one + 1;
		len -= one + 1;
	}
	return err;
}

/* Length of "- ", "* " or "12. " at the beginning; 0: none. */
static size_t bullet(const struct kith_line *line)
{
	size_t digits = 0;

	if (line->len >= 2 && (line->text[0] == '-' || line->text[0] == '*') &&
		line->text[1] == ' ')
		return 2;
	while (digits < line->len && line->text[digits] >= '0' && line->text[digits] <= '9')
		digits++;
	if (digits && digits + 1 < line->len && line->text[digits] == '.' &&
		line->text[digits + 1] == ' ')
		return digits + 2;
	return 0;
}

/* Items "- …"; what is indented below one belongs to it. */
static int put_items(struct kith_parse *parse, const json_t *field, json_t *object,
	const struct kith_saying *saying)
{
	const char *text = saying->text;
	size_t len = saying->text_len, blanks = 0;
	struct kith_line line;
	struct kith_str item;
	int err = 0;

	kith_str_init(&item);
	while (!err && kith_line_next(&text, &len, &line)) {
		size_t mark = bullet(&line), from = mark;

		if (line.blank) {
			blanks++;
			continue;
		}
		if (mark) {
			err = kith_parse_put_one(
				parse, field, object, item.s, item.len, saying->line);
			kith_str_reset(&item);
		} else if (line.text[0] != ' ' && line.text[0] != '\t') {
			err = kith_parse_wrong(parse, saying->line,
				"%s is a list: each of its items begins with '- ', and its "
				"further lines with white space",
				kith_field_name(field));
		} else {
			from = strspn(line.text, " \t") < 2 ? 1 : 2;
			kith_str_repeat(&item, '\n', blanks + 1);
		}
		blanks = 0;
		if (mark)
			kith_line_add_plain(&item, line.text + from, line.len - from);
		else
			kith_str_add_n(&item, line.text + from, line.len - from);
	}
	if (!err)
		err = kith_parse_put_one(parse, field, object, item.s, item.len, saying->line);
	kith_str_clear(&item);
	return err;
}

/* A text: in a section its lines stay; in the header they do where the field has lines at all. */
static int put_text(struct kith_parse *parse, const json_t *field, json_t *object,
	const struct kith_saying *saying)
{
	const char *text = saying->text;
	size_t len = saying->text_len;
	bool keep_lines = saying->is_section || kith_field_is_block(field);
	struct kith_line line;
	struct kith_str plain;
	int err;

	kith_str_init(&plain);
	while (kith_line_next(&text, &len, &line)) {
		if (plain.len)
			kith_str_add_c(&plain, keep_lines ? '\n' : ' ');
		if (!keep_lines)
			kith_trim(&line.text, &line.len);
		if (saying->is_section)
			kith_line_add_plain(&plain, line.text, line.len);
		else
			kith_str_add_n(&plain, line.text, line.len);
	}
	err = kith_parse_put_one(parse, field, object, plain.s, plain.len, saying->line);
	kith_str_clear(&plain);
	return err;
}

int kith_parse_put_values(struct kith_parse *parse, const json_t *field, json_t *object,
	const struct kith_saying *saying)
{
	if (!kith_field_is_list(field))
		return put_text(parse, field, object, saying);
	return saying->is_section ? put_items(parse, field, object, saying)
				  : put_listed(parse, field, object, saying);
}

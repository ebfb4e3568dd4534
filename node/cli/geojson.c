/* geojson.c: see geojson.h. */
#include "node/cli/geojson.h"

#include <ctype.h>
#include <string.h>

#include "node/cli/rows.h"
#include "node/cli/say.h"

void kith_geojson_init(struct kith_geojson *geojson, FILE *file)
{
	*geojson = (struct kith_geojson){.file = file, .line = 1};
	kith_str_init(&geojson->text);
}

void kith_geojson_clear(struct kith_geojson *geojson)
{
	kith_str_clear(&geojson->text);
}

/* ---- characters ---------------------------------------------------------------------------- */

static int next(struct kith_geojson *geojson)
{
	int c = getc(geojson->file);

	geojson->bytes += c != EOF;
	geojson->line += c == '\n';
	return c;
}

static void put_back(struct kith_geojson *geojson, int c)
{
	if (c == EOF)
		return;
	geojson->bytes--;
	geojson->line -= c == '\n';
	ungetc(c, geojson->file);
}

/* The next character that is no space, a byte order mark (U+FEFF), a record separator (RFC 8142) or
 * a comma. */
static int next_sign(struct kith_geojson *geojson)
{
	int c;

	do
		c = next(geojson);
	while (c != EOF && (isspace(c) || strchr("\xef\xbb\xbf\x1e,", c)));
	return c;
}

/* ---- values -------------------------------------------------------------------------------- */

/* Takes a text up to its closing quote into geojson->text, as far as that has room. */
static bool take_string(struct kith_geojson *geojson)
{
	bool escaped = false;
	int c;

	while ((c = next(geojson)) != EOF) {
		if (geojson->text.len < KITH_ROW_MAX_BYTES)
			kith_str_add_c(&geojson->text, (char)c);
		if (c == '"' && !escaped)
			return true;
		escaped = c == '\\' && !escaped;
	}
	return false;
}

/* Takes a whole value that begins with `first`; what is longer than a row may be is cut off, and
 * then is no JSON. Whether the value is well-formed is for the parser to say. */
static bool take_value(struct kith_geojson *geojson, int first)
{
	size_t depth = 0;
	int c = first;

	kith_str_reset(&geojson->text);
	do {
		if (geojson->text.len < KITH_ROW_MAX_BYTES)
			kith_str_add_c(&geojson->text, (char)c);
		if (c == '"' && !take_string(geojson))
			return false;
		depth += c == '{' || c == '[';
		depth -= (c == '}' || c == ']') && depth > 0;
		if (depth == 0 && strchr("\"}]", c))
			return true;
		c = next(geojson);
		if (depth == 0 && (c == EOF || strchr(",}] \t\r\n", c))) {
			put_back(geojson, c);
			return true;
		}
	} while (c != EOF);
	return false;
}

/* ---- the collection ------------------------------------------------------------------------ */

/* The type of a whole object in geojson->text is not known before it has been read, but the members
 * of a collection are gone through one by one. *found: the list of features is open now. Otherwise
 * the object was none, and stands in geojson->text. */
static int open_collection(struct kith_geojson *geojson, bool *found)
{
	struct kith_str whole;
	int c;

	*found = false;
	kith_str_init(&whole);
	kith_str_add_c(&whole, '{');
	while ((c = next_sign(geojson)) == '"') {
		bool is_features;

		if (!take_value(geojson, c))
			break;
		is_features = strcmp(geojson->text.s, "\"features\"") == 0;
		kith_str_addf(&whole, "%s%s:", whole.len > 1 ? "," : "", geojson->text.s);
		if (next_sign(geojson) != ':')
			break;
		c = next_sign(geojson);
		if (is_features && c == '[') {
			*found = true;
			kith_str_clear(&whole);
			return 0;
		}
		if (c == EOF || !take_value(geojson, c) ||
			whole.len + geojson->text.len > KITH_ROW_MAX_BYTES)
			break;
		kith_str_add(&whole, geojson->text.s);
	}
	kith_str_add_c(&whole, '}');
	kith_str_reset(&geojson->text);
	kith_str_add_n(&geojson->text, whole.s, whole.len);
	kith_str_clear(&whole);
	return c == '}' ? 0 : KITH_E_MALFORMED;
}

/* ---- features ------------------------------------------------------------------------------ */

struct box {
	double west, east, south, north;
	bool any;
};

/* Positions are lists of two numbers or more; whatever holds them is gone through. The depth is
 * that of JSON the parser has accepted. */
static void add_positions(struct box *box, const json_t *value)
{
	double lon = json_number_value(json_array_get(value, 0));
	double lat = json_number_value(json_array_get(value, 1));
	json_t *inner;
	size_t i;

	if (!json_is_number(json_array_get(value, 0)) ||
		!json_is_number(json_array_get(value, 1))) {
		json_array_foreach(value, i, inner)
			add_positions(box, inner);
		return;
	}
	if (!box->any)
		*box = (struct box){lon, lon, lat, lat, true};
	box->west = lon < box->west ? lon : box->west;
	box->east = lon > box->east ? lon : box->east;
	box->south = lat < box->south ? lat : box->south;
	box->north = lat > box->north ? lat : box->north;
}

static void add_geometry(struct box *box, const json_t *geometry)
{
	json_t *part;
	size_t i;

	add_positions(box, json_object_get(geometry, "coordinates"));
	json_array_foreach(json_object_get(geometry, "geometries"), i, part)
		add_positions(box, json_object_get(part, "coordinates"));
}

static json_t *row_of(const json_t *feature)
{
	const json_t *geometry = json_object_get(feature, "geometry");
	json_t *properties = json_object_get(feature, "properties");
	json_t *row = kith_need_json(json_object());
	struct box box = {0};

	if (json_is_object(properties))
		json_object_update(row, properties);
	if (json_object_get(feature, "id"))
		kith_json_set(row, "@id", json_incref(json_object_get(feature, "id")));
	if (*kith_json_get_text(geometry, "type"))
		kith_json_set(row, "@geometry", json_string(kith_json_get_text(geometry, "type")));
	add_geometry(&box, geometry);
	if (box.any) {
		kith_json_set(row, "@lat", json_real(box.south / 2 + box.north / 2));
		kith_json_set(row, "@lon", json_real(box.west / 2 + box.east / 2));
	}
	return row;
}

static int parse_feature(struct kith_geojson *geojson, json_t **row, char *why, size_t why_len)
{
	json_error_t error;
	json_t *feature;

	if (geojson->text.len >= KITH_ROW_MAX_BYTES) {
		snprintf(why, why_len, _("the feature is too long"));
		return KITH_E_MALFORMED;
	}
	feature = json_loadb(geojson->text.s, geojson->text.len, JSON_REJECT_DUPLICATES, &error);
	if (!feature)
		snprintf(why, why_len, _("is not JSON: %s"), error.text);
	else if (strcmp(kith_json_get_text(feature, "type"), "Feature") != 0)
		snprintf(why, why_len, _("is no feature: its type has to be \"Feature\""));
	else
		*row = row_of(feature);
	json_decref(feature);
	return *row ? 0 : KITH_E_MALFORMED;
}

static int broken(struct kith_geojson *geojson, char *why, size_t why_len)
{
	geojson->ended = true;
	snprintf(why, why_len, "%s",
		ferror(geojson->file) ? _("the file cannot be read")
				      : _("the file is no GeoJSON, or it ends too early"));
	return KITH_E_IO;
}

int kith_geojson_next(struct kith_geojson *geojson, json_t **row, char *why, size_t why_len)
{
	bool is_collection = false;
	int c;

	*row = NULL;
	if (geojson->ended)
		return KITH_E_NOT_FOUND;
	c = next_sign(geojson);
	geojson->row_line = geojson->line;
	if (geojson->in_features ? c == ']' : c == EOF && !ferror(geojson->file)) {
		geojson->ended = true; /* what may follow the list says nothing of features */
		return KITH_E_NOT_FOUND;
	}
	if (c != '{')
		return broken(geojson, why, why_len);
	if (geojson->in_features) {
		if (!take_value(geojson, c))
			return broken(geojson, why, why_len);
		return parse_feature(geojson, row, why, why_len);
	}
	if (open_collection(geojson, &is_collection) != 0)
		return broken(geojson, why, why_len);
	if (!is_collection)
		return parse_feature(geojson, row, why, why_len);
	geojson->in_features = true;
	return kith_geojson_next(geojson, row, why, why_len);
}

// SPDX-License-Identifier: MIT
// embed.c - host tool of the build: writes texts, deflated, as C sources (see vm/packed.h).
// Usage: embed ROOT BASE FILE... writes the table embedded_modules; ROOT/a/b.rill is module a.b,
// ROOT/a/__init__.rill the package a. Module BASE is the preset dictionary of all others, which
// makes them smaller: it should be short and often imported.
// Comments are left out, their lines stay. Or embed -t NAME FILE: the text of one file as NAME, without lines that begin with #.
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

static const char package_file[] = "/__init__";

typedef struct Text {
    unsigned char *data;
    size_t size;
} Text;

// The module's name from its path below the root; true if it is a package.
static bool print_name(const char *path)
{
    size_t size = strlen(path);
    if (size > 5 && strcmp(path + size - 5, ".rill") == 0) size -= 5;
    size_t tail = sizeof package_file - 1;
    bool is_package = size > tail && memcmp(path + size - tail, package_file, tail) == 0;
    if (is_package) size -= tail;
    for (size_t i = 0; i < size; i++)
        putchar(path[i] == '/' ? '.' : path[i]);
    return is_package;
}

// The whole file, in memory of malloc.
static Text read_whole(const char *path)
{
    FILE *f = fopen(path, "rb");
    long end = f && fseek(f, 0, SEEK_END) == 0 ? ftell(f) : -1;
    Text text = {end < 0 ? NULL : malloc((size_t)end + 1), 0};
    if (text.data) {
        rewind(f);
        text.size = fread(text.data, 1, (size_t)end, f);
    }
    if (!text.data || fclose(f) != 0) {
        perror(path);
        exit(1);
    }
    return text;
}

static void drop_comment_lines(Text *text)
{
    size_t kept = 0;
    bool is_comment = false, is_start = true;
    for (size_t i = 0; i < text->size; i++) {
        if (is_start) is_comment = text->data[i] == '#';
        is_start = text->data[i] == '\n';
        if (!is_comment) text->data[kept++] = text->data[i];
    }
    text->size = kept;
}

// Empties the lines of a module that are nothing but a comment; the numbers of the others stay. Not in a long string.
static void blank_comments(Text *text)
{
    char quote = 0;  // of the long string that i is in
    bool is_comment = false;
    size_t kept = 0, start = 0;  // start: of the line, after its blanks
    for (size_t i = 0; i < text->size; i++) {
        char c = (char)text->data[i];
        if (i == start && c == ' ') start++;
        if (i == start && c == '#' && !quote) is_comment = true;
        bool is_mark = (c == '"' || c == '\'') && i + 2 < text->size && text->data[i + 1] == c && text->data[i + 2] == c;
        if (c == '\n') {
            is_comment = false;
            start = i + 1;
        } else if (is_mark && !is_comment && (!quote || quote == c)) {
            quote = quote ? 0 : c;
            text->data[kept++] = text->data[i++];
            text->data[kept++] = text->data[i++];
        }
        if (!is_comment) text->data[kept++] = text->data[i];
    }
    text->size = kept;
}

// The members of a Packed, base excepted.
static void print_packed(Text text, Text base)
{
    z_stream z = {0};
    if (deflateInit2(&z, 9, Z_DEFLATED, -15, 9, Z_DEFAULT_STRATEGY) != Z_OK) exit(1);
    if (base.data) deflateSetDictionary(&z, base.data, (unsigned)base.size);
    unsigned char *packed = malloc(deflateBound(&z, text.size));
    z.next_in = text.data;
    z.avail_in = (unsigned)text.size;
    z.next_out = packed;
    z.avail_out = (unsigned)deflateBound(&z, text.size);
    if (!packed || deflate(&z, Z_FINISH) != Z_STREAM_END) exit(1);
    printf("(const unsigned char[]){");
    for (size_t i = 0; i < z.total_out; i++)
        printf("%u,%s", packed[i], i % 32 == 31 ? "\n     " : "");
    printf("}, %lu, %zu", z.total_out, text.size);
    deflateEnd(&z);
    free(packed);
}

static void embed_text(const char *name, const char *path)
{
    Text text = read_whole(path);
    drop_comment_lines(&text);
    printf("extern const Packed %s;\nconst Packed %s = {", name, name);
    print_packed(text, (Text){0});
    printf(", NULL};\n");
}

static void embed_modules(const char *root, const char *base_path, char *const *paths)
{
    Text base = read_whole(base_path);
    blank_comments(&base);
    printf("#include \"stdlib/stdlib.h\"\n\nstatic const Packed base = {");
    print_packed(base, (Text){0});
    printf(", NULL};\nconst EmbeddedModule embedded_modules[] = {\n");
    for (; *paths; paths++) {
        printf("    {\"");
        bool is_package = print_name(*paths + strlen(root) + 1);
        printf("\", %s,\n     {", is_package ? "true" : "false");
        Text text = read_whole(*paths);
        blank_comments(&text);
        bool is_base = strcmp(*paths, base_path) == 0;
        if (is_base)
            printf("NULL, 0, %zu", text.size);
        else
            print_packed(text, base);
        printf(", &base}},\n");
        free(text.data);
    }
    printf("    {NULL, false, {NULL, 0, 0, NULL}},\n};\n");
}

int main(int argc, char **argv)
{
    if (argc < 4) {
        fprintf(stderr, "usage: embed ROOT BASE FILE...\n       embed -t NAME FILE\n");
        return 2;
    }
    printf("// Made by tools/embed.c; not to be edited.\n#include \"vm/packed.h\"\n");
    if (strcmp(argv[1], "-t") == 0)
        embed_text(argv[2], argv[3]);
    else
        embed_modules(argv[1], argv[2], argv + 3);
    return ferror(stdout) || fflush(stdout) ? 1 : 0;
}

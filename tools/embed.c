// SPDX-License-Identifier: MIT
// embed.c - host tool of the build: writes Rill modules, deflated, as one C source, the table
// embedded_modules. Usage: embed ROOT FILE...; ROOT/a/b.rill is module a.b, ROOT/a/__init__.rill
// the package a. Or embed -t NAME FILE: the text of one file as the array NAME, without lines that begin with #.
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

static const char package_file[] = "/__init__";

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

static bool print_text(const char *path)
{
    FILE *f = fopen(path, "rb");
    bool is_line_start = true;
    if (!f) {
        perror(path);
        return false;
    }
    for (int c; (c = getc(f)) != EOF;) {
        while (is_line_start && c == '#') {
            while (c != EOF && c != '\n') c = getc(f);
            c = getc(f);
        }
        is_line_start = c == '\n';
        if (c == EOF) break;
        if (c == '\n')
            printf("\\n\"\n     \"");
        else if (c == '"' || c == '\\' || c == '?')
            printf("\\%c", c);
        else if (c < 32 || c > 126)
            printf("\\%03o", (unsigned)c);
        else
            putchar(c);
    }
    return fclose(f) == 0;
}

// The whole file in memory of malloc; NULL: it cannot be read.
static unsigned char *read_whole(const char *path, size_t *size)
{
    FILE *f = fopen(path, "rb");
    long end = f && fseek(f, 0, SEEK_END) == 0 ? ftell(f) : -1;
    unsigned char *text = end < 0 ? NULL : malloc((size_t)end + 1);
    if (text) {
        rewind(f);
        *size = fread(text, 1, (size_t)end, f);
    }
    if (f && fclose(f) != 0) return NULL;
    return text;
}

// The rest of a module's line in the table, after its name: the deflated text, both sizes.
static bool print_packed(const char *path)
{
    size_t size = 0;
    unsigned char *text = read_whole(path, &size);
    uLongf packed_size = compressBound(size);
    unsigned char *packed = malloc(packed_size);
    if (!text || !packed || compress2(packed, &packed_size, text, size, 9) != Z_OK) {
        perror(path);
        return false;
    }
    printf("(const unsigned char[]){");
    for (size_t i = 0; i < packed_size; i++)
        printf("%u,%s", packed[i], i % 32 == 31 ? "\n     " : "");
    printf("}, %lu, %zu", (unsigned long)packed_size, size);
    free(text);
    free(packed);
    return true;
}

static int embed_one(const char *name, const char *path)
{
    printf("// Made by tools/embed.c; not to be edited.\nextern const char %s[];\nconst char %s[] =\n    \"", name, name);
    if (!print_text(path)) return 1;
    printf("\";\n");
    return ferror(stdout) || fflush(stdout) ? 1 : 0;
}

int main(int argc, char **argv)
{
    if (argc == 4 && strcmp(argv[1], "-t") == 0) return embed_one(argv[2], argv[3]);
    if (argc < 2) {
        fprintf(stderr, "usage: embed ROOT FILE...\n");
        return 2;
    }
    size_t root = strlen(argv[1]) + 1;
    printf("// Made by tools/embed.c; not to be edited.\n"
           "#include \"stdlib/stdlib.h\"\n\n"
           "const EmbeddedModule embedded_modules[] = {\n");
    for (int i = 2; i < argc; i++) {
        printf("    {\"");
        bool is_package = print_name(argv[i] + root);
        printf("\",\n     ");
        if (!print_packed(argv[i])) return 1;
        printf(", %s},\n", is_package ? "true" : "false");
    }
    printf("    {NULL, NULL, 0, 0, false},\n};\n");
    return ferror(stdout) || fflush(stdout) ? 1 : 0;
}

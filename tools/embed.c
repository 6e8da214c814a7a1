// SPDX-License-Identifier: MIT
// embed.c - host tool of the build: writes Rill modules as one C source, the table
// embedded_modules. Usage: embed ROOT FILE...; ROOT/a/b.rill is module a.b, ROOT/a/__init__.rill
// the package a. Or embed -t NAME FILE: the text of one file as the array NAME, without lines that begin with #.
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

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

static bool print_text(const char *path, bool with_comments)
{
    FILE *f = fopen(path, "rb");
    bool is_line_start = true;
    if (!f) {
        perror(path);
        return false;
    }
    for (int c; (c = getc(f)) != EOF;) {
        while (!with_comments && is_line_start && c == '#') {
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

static int embed_one(const char *name, const char *path)
{
    printf("// Made by tools/embed.c; not to be edited.\nextern const char %s[];\nconst char %s[] =\n    \"", name, name);
    if (!print_text(path, false)) return 1;
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
        printf("\",\n     \"");
        if (!print_text(argv[i], true)) return 1;
        printf("\",\n     %s},\n", is_package ? "true" : "false");
    }
    printf("    {NULL, NULL, false},\n};\n");
    return ferror(stdout) || fflush(stdout) ? 1 : 0;
}

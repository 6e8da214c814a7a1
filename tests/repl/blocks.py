"""A block of several lines: indentation, moving and changing inside it, Enter, long lines, a block higher than the screen."""
from terminal import *

s = Session()
s.type("def f(n):\r", "while n:\r", "if n == 3:\r", "break\r", "n -= 1\r", "\x7freturn n\r")
s.show("indented by the session; break and return go back a level, Backspace too")
s.type("\r")
s.enter("f(5)")
s.show("run by an empty line")
s.type(UP, UP, "\r")
s.enter("f(6)")
s.show("recalled and not changed: Enter runs it")
s.type(UP, UP, UP, UP, END, "\r", "print('new', n)", DOWN, DOWN, "\r", "\r")
s.enter("f(4)")
s.show("recalled and changed inside; Enter there inserts a line")
s.close()

s = Session()
s.enter("if 0:", "1", "elif 1:", "if 0:", "4", "else:", "print('five')", "\x7felse: print('six')", "", "try:", "1 / 0", "except ZeroDivisionError:", "print('caught')", "finally:", "print('at last')", "",
        "for x in [1]:", "if not x: break", "else: print('here')", "", "def f():", "try:", "return 1", "finally:", "if 1: print('end')", "else: print('no')", "", "f()", "else: 1")
s.show("else, elif, except, finally go to where their statement began")
s.enter("for x in 'a':", "print(x)", "", "for x in 'a':", "print(x)", "print(x)", "")
s.show("typed again: that is not recalled, the block may go on")
s.enter("x = [1,", "2, {'a':", "3}]", "x", "'''one", "two'''", "1 + \\", "2", "print(1,", "2)")
s.show("brackets, strings and backslashes go on over lines")
s.close()

s = Session()
s.type("if True:\r", "a = 1", "\x01", "# ", "\x05", " # end", UP, "\x01", "\x0b", "if 1:", DOWN, "\x1b\r", "c = 3", "\x15", "b = 2")
s.show("Ctrl-A, Ctrl-E, Ctrl-K, Ctrl-U work on lines; Alt-Enter begins one")
s.type("\x1f\x1f")
s.show("undone")
s.type("\x0c")
print("== the screen cleared\n" + "\n".join(s.screen()))
s.close()

s = Session(rows=8, columns=24)
s.type("def long(argument):\r", "return argument + 1234 + 5678")
print("== a line longer than the screen is wide\n" + s.block())
s.type(*[LEFT] * 20, "*")
print("== changed in the first part of it\n" + s.block())
s.type("\x1b\r", "\r".join(f"x{i} = 1" for i in range(9)))
print("== a block higher than the screen: the part around the cursor\n" + "\n".join(s.screen()[-8:]))
s.close()

s = Session(columns=20)
s.type("'日本語日本語日本語'", LEFT, LEFT, "x")
print("== wide characters\n" + s.block())
s.close()

open("inputrc", "w").write("set editing-mode vi\n")
s = Session(environment={"INPUTRC": os.path.abspath("inputrc")})
s.type("x = 12\r", "if x:\r", "y = 3", "\x1b", "k", "A", " # c", "\x1b", "jI", "x = ", "\x1b", "A", "4", "\r", "\r")
s.enter("y")
s.show("vi keys, as the user's inputrc says")
s.close()

s = Session(environment={"INPUTRC": os.path.abspath("inputrc")})
s.type("def f():\r", "a = 1\r", "b = 2\r", "c = 3", "\x1b")
for keys, title in [("k dd", "dd deletes a line"), ("p", "p puts it below"), ("u", "u undoes"), ("P", "P puts it above"), ("cc x=9 \x1b", "cc changes a line"),
                    ("k yy j p", "yy, p"), ("O z=0 \x1b", "O opens a line above"), ("o y=0 \x1b", "o opens one below"), ("0 dw", "dw is readline's"), ("D", "D"),
                    ("k k $ x x", "$, x"), ("^ C new \x1b", "^, C"), ("0 i \x1b S other \x1b", "S; Escape stays in its line"), ("2dd", "2dd"), ("d$", "d$"), ("dd dd dd dd dd", "all of them")]:
    s.type(*keys.split(" "))
    print("== " + title + "\n" + s.block())
s.type("i", "6 * 7")
s.enter("")
s.show("and goes on")
s.close()

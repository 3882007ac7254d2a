using System.Globalization;
using System.Text;
using Bongsu.Query.LogQL.Parsing;

namespace Bongsu.Query.LogQL.Templates;

/// <summary>Parses the part of Go's template language that LogQL's format stages use.</summary>
internal sealed class TemplateParser(string text, int position)
{
    private const int MaxDepth = 50;

    private readonly HashSet<string> _variables = ["$"];
    private int _at;
    private int _depth;
    private int _loops;

    public IReadOnlyList<TemplateNode> Parse()
    {
        var (nodes, end) = Nodes();
        return end.Length == 0 ? nodes : throw Error($"unexpected {{{{{end}}}}}");
    }

    // Nodes up to {{end}} or {{else}}, which is given back with what stands behind it.
    private (List<TemplateNode> Nodes, string End) Nodes()
    {
        if (++_depth > MaxDepth)
            throw Error($"nested deeper than {MaxDepth} levels");
        var nodes = new List<TemplateNode>();
        var trim = false;
        while (_at < text.Length)
        {
            var open = text.IndexOf("{{", _at, StringComparison.Ordinal);
            AddText(nodes, text[_at..(open < 0 ? text.Length : open)], trim, open >= 0 && IsTrimMarker(open + 2));
            if (open < 0)
            {
                _at = text.Length;
                break;
            }
            var action = Action(open, out trim);
            if (action is "end" or "else" || action.StartsWith("else ", StringComparison.Ordinal))
            {
                _depth--;
                return (nodes, action);
            }
            if (action.Length > 0)
                nodes.Add(Node(action));
        }
        _depth--;
        return (nodes, "");
    }

    private bool IsTrimMarker(int at) => at + 1 < text.Length && text[at] == '-' && char.IsWhiteSpace(text[at + 1]);

    private static void AddText(List<TemplateNode> nodes, string literal, bool trimStart, bool trimEnd)
    {
        if (trimStart)
            literal = literal.TrimStart();
        if (trimEnd)
            literal = literal.TrimEnd();
        if (literal.Length > 0)
            nodes.Add(new TextNode(literal));
    }

    // The text between the braces; quotes may hold braces.
    private string Action(int open, out bool trimNext)
    {
        var start = open + 2 + (IsTrimMarker(open + 2) ? 1 : 0);
        var at = start;
        while (at < text.Length)
        {
            if (text[at] is '"' or '`')
            {
                var quote = text[at++];
                while (at < text.Length && text[at] != quote)
                    at += quote == '"' && text[at] == '\\' ? 2 : 1;
            }
            else if (string.CompareOrdinal(text, at, "}}", 0, 2) == 0)
            {
                trimNext = at > start + 1 && text[at - 1] == '-' && char.IsWhiteSpace(text[at - 2]);
                _at = at + 2;
                var body = text[start..(trimNext ? at - 1 : at)].Trim();
                return body.StartsWith("/*", StringComparison.Ordinal) ? "" : body;
            }
            at++;
        }
        throw Error("unclosed action");
    }

    private TemplateNode Node(string action)
    {
        var tokens = Tokenize(action);
        var word = tokens[0];
        if (word is "break" or "continue" && tokens.Count == 1)
            return _loops > 0 ? new LoopNode(word == "break") : throw Error($"{{{{{word}}}}} outside {{{{range}}}}");
        if (word is not ("if" or "with" or "range"))
            return new PrintNode(ParsePipe(tokens, 0, tokens.Count));
        if (tokens.Count == 1)
            throw Error($"missing value for {word}");
        return word == "range" ? Range(tokens) : Branch(tokens, 1, word == "with");
    }

    private BranchNode Branch(List<string> tokens, int start, bool movesDot)
    {
        var condition = ParsePipe(tokens, start, tokens.Count);
        var (then, end) = Nodes();
        if (end.StartsWith("else ", StringComparison.Ordinal))
        {
            var next = Tokenize(end[5..]);
            if (next[0] is not ("if" or "with") || next.Count == 1)
                throw Error($"unexpected <{next[0]}> after else");
            return new BranchNode(condition, movesDot, then, [Branch(next, 1, next[0] == "with")]);
        }
        return new BranchNode(condition, movesDot, then, Else(end));
    }

    private List<TemplateNode> Else(string end)
    {
        if (end.Length == 0)
            throw Error("unexpected EOF");
        if (end == "end")
            return [];
        var (nodes, close) = Nodes();
        return close == "end" ? nodes : throw Error("expected end");
    }

    private RangeNode Range(List<string> tokens)
    {
        string? key = null, item = null;
        var start = 1;
        var assign = tokens.IndexOf(":=");
        if (assign > 0)
        {
            item = tokens[assign - 1];
            if (assign == 4 && tokens[2] == ",")
                key = tokens[1];
            else if (assign != 2)
                throw Error("bad variables in range");
            start = assign + 1;
        }
        var items = ParsePipe(tokens, start, tokens.Count);
        foreach (var variable in new[] { key, item }.OfType<string>())
            _variables.Add(variable[0] == '$' ? variable : throw Error("bad variables in range"));
        _loops++;
        var (body, end) = Nodes();
        _loops--;
        return new RangeNode(items, key, item, body, Else(end));
    }

    private Pipe ParsePipe(List<string> tokens, int start, int end)
    {
        string? variable = null;
        if (end - start >= 2 && tokens[start][0] == '$' && tokens[start + 1] is ":=" or "=")
        {
            variable = tokens[start];
            start += 2;
            if (tokens[start - 1] == ":=")
                _variables.Add(variable);
            else if (!_variables.Contains(variable))
                throw Error($"undefined variable \"{variable}\"");
        }
        var commands = new List<IReadOnlyList<Operand>>();
        var current = new List<Operand>();
        for (var i = start; i < end; i++)
        {
            if (tokens[i] == "|")
            {
                commands.Add(Checked(current));
                current = [];
                continue;
            }
            current.Add(ParseOperand(tokens, ref i, end));
        }
        commands.Add(Checked(current));
        return new Pipe(variable, commands);
    }

    private List<Operand> Checked(List<Operand> command)
    {
        if (command.Count == 0)
            throw Error("missing value for command");
        if (command.Count > 1 && command[0] is not FunctionOperand)
            throw Error("can't give argument to non-function");
        return command;
    }

    private Operand ParseOperand(List<string> tokens, ref int i, int end)
    {
        var token = tokens[i];
        if (token == "(")
            return Parenthesis(tokens, ref i, end);
        if (token[0] is '"' or '`')
            return new LiteralOperand(Unquote(token));
        if (token[0] == '.' && (token.Length == 1 || !char.IsAsciiDigit(token[1])))
            return new FieldOperand(token.Length == 1 ? [] : token[1..].Split('.'));
        if (token[0] == '$')
        {
            var names = token.Split('.');
            if (!_variables.Contains(names[0]))
                throw Error($"undefined variable \"{names[0]}\"");
            return new VariableOperand(names[0], names[1..]);
        }
        if (long.TryParse(token, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole))
            return new LiteralOperand(whole);
        if (char.IsAsciiDigit(token[^1]) && double.TryParse(token, NumberStyles.Float, CultureInfo.InvariantCulture, out var number))
            return new LiteralOperand(number);
        if (token is "true" or "false")
            return new LiteralOperand(token == "true");
        if (token == "nil")
            return new LiteralOperand(null);
        if (!TemplateFunctions.IsKnown(token))
            throw Error($"function \"{token}\" not defined");
        return new FunctionOperand(token);
    }

    private PipeOperand Parenthesis(List<string> tokens, ref int i, int end)
    {
        if (++_depth > MaxDepth)
            throw Error($"nested deeper than {MaxDepth} levels");
        var open = i;
        var level = 1;
        while (level > 0)
        {
            if (++i >= end)
                throw Error("unclosed left paren");
            level += tokens[i] == "(" ? 1 : tokens[i] == ")" ? -1 : 0;
        }
        var pipe = ParsePipe(tokens, open + 1, i);
        _depth--;
        string[] names = [];
        if (i + 1 < end && tokens[i + 1][0] == '.' && tokens[i + 1].Length > 1)
            names = tokens[++i][1..].Split('.');
        return new PipeOperand(pipe, names);
    }

    private List<string> Tokenize(string action)
    {
        var tokens = new List<string>();
        var at = 0;
        while (at < action.Length)
        {
            var start = at;
            var c = action[at];
            if (char.IsWhiteSpace(c))
            {
                at++;
                continue;
            }
            if (c is '"' or '`')
            {
                at++;
                while (at < action.Length && action[at] != c)
                    at += c == '"' && action[at] == '\\' ? 2 : 1;
                if (at >= action.Length)
                    throw Error("unterminated quoted string");
                at++;
            }
            else if (c is '(' or ')' or '|' or ',')
            {
                at++;
            }
            else if (string.CompareOrdinal(action, at, ":=", 0, 2) == 0)
            {
                at += 2;
            }
            else
            {
                while (at < action.Length && !char.IsWhiteSpace(action[at]) && action[at] is not ('(' or ')' or '|' or ',' or '"' or '`')
                    && string.CompareOrdinal(action, at, ":=", 0, 2) != 0)
                    at++;
            }
            tokens.Add(action[start..at]);
        }
        return tokens.Count > 0 ? tokens : throw Error("missing value for command");
    }

    private string Unquote(string token)
    {
        if (token[0] == '`')
            return token[1..^1];
        var value = new StringBuilder();
        for (var i = 1; i < token.Length - 1; i++)
        {
            if (token[i] != '\\')
            {
                value.Append(token[i]);
                continue;
            }
            i++;
            value.Append(token[i] switch
            {
                'n' => '\n',
                't' => '\t',
                'r' => '\r',
                '\\' => '\\',
                '"' => '"',
                '\'' => '\'',
                _ => throw Error($"invalid escape \\{token[i]}"),
            });
        }
        return value.ToString();
    }

    private LogQlSyntaxException Error(string message)
    {
        var line = text.AsSpan(0, Math.Min(_at, text.Length)).Count('\n') + 1;
        return new LogQlSyntaxException($"invalid line template: template: line:{line}: {message}", position);
    }
}

using System.Globalization;
using System.Text;
using Bongsu.Telemetry.Labels;

namespace Bongsu.Ingest.Pipeline.Sampling.Ottl;

/// <summary>
/// Reads a condition of the OpenTelemetry Transformation Language: comparisons, <c>and</c>, <c>or</c>, <c>not</c>, arithmetic, <c>IsMatch</c>, <c>IsRootSpan</c>, <c>Duration</c>,
/// and the paths in <see cref="OttlPaths"/>. Anything else is refused.
/// </summary>
internal sealed class OttlParser
{
    private const int MaxDepth = 32;

    private const string Known = "known are comparisons, and, or, not, + - * /, IsMatch(…), IsRootSpan(), Duration(…) and " + OttlPaths.Known;

    private readonly List<OttlToken> _tokens;
    private readonly bool _isEvent;
    private int _at;
    private int _depth;

    private OttlParser(List<OttlToken> tokens, bool isEvent)
    {
        _tokens = tokens;
        _isEvent = isEvent;
    }

    private OttlToken Now => _tokens[_at];

    /// <summary>The condition, or why it is none, with the place.</summary>
    public static OttlNode? TryParse(string text, bool isEvent, out string problem)
    {
        problem = "";
        try
        {
            var parser = new OttlParser(OttlLexer.Read(text), isEvent);
            var condition = parser.Or();
            return parser.Now.Kind == 'e' ? condition : throw parser.Unexpected();
        }
        catch (OttlException wrong)
        {
            problem = wrong.Message;
            return null;
        }
    }

    private OttlNode Or()
    {
        var left = And();
        while (TryWord("or"))
            left = new OttlAny(left, And());
        return left;
    }

    private OttlNode And()
    {
        var left = Not();
        while (TryWord("and"))
            left = new OttlAll(left, Not());
        return left;
    }

    private OttlNode Not()
    {
        Enter();
        var negations = 0;
        while (TryWord("not"))
            negations++;
        var part = Condition();
        _depth--;
        return negations % 2 == 0 ? part : new OttlNot(part);
    }

    private OttlNode Condition()
    {
        var column = Now.Column;
        var (before, left) = (_at, TryParenthesis() ?? Sum());
        if (Now.Kind != 'c')
            return left is OttlComparison or OttlAny or OttlAll or OttlNot or OttlMatch or OttlIdEquals or OttlIsRoot || IsBool(before) ? left
                : throw new OttlException(column, $"this is a value and no condition; compare it: ==, !=, <, <=, >, >=");
        var sign = Next().Text;
        var right = Sum();
        if (left is OttlFieldPath { Field: OttlField.TraceId or OttlField.SpanId or OttlField.ParentSpanId } id)
            return IdEquals(id, sign, column);
        return new OttlComparison(left, sign, right);
    }

    // A condition in parentheses; null when they hold a sum, which is then read again.
    private OttlNode? TryParenthesis()
    {
        if (Now.Kind != '(')
            return null;
        var (start, depth) = (_at++, _depth);
        try
        {
            var inner = Or();
            if (Now.Kind == ')')
            {
                _at++;
                return inner;
            }
        }
        catch (OttlException) when (Rewound(start))
        {
            _depth = depth;
            return null;
        }
        throw Unexpected();
    }

    // What stands in parentheses is a sum when a sum can be read of it, and a sign stands behind.
    private bool Rewound(int start)
    {
        var (failedAt, depth) = (_at, _depth);
        _at = start;
        try
        {
            Sum();
            if (Now.Kind == 'c')
            {
                _at = start;
                return true;
            }
        }
        catch (OttlException)
        {
            // The first attempt says better what is wrong.
        }
        (_at, _depth) = (failedAt, depth);
        return false;
    }

    private bool IsBool(int before) => _at == before + 1 && _tokens[before].Text is "true" or "false";

    private OttlNode IdEquals(OttlFieldPath id, string sign, int column)
    {
        var text = _tokens[_at - 1];
        if (text.Kind != 's' || sign is not ("==" or "!="))
            throw new OttlException(column, "an id is compared by == or != with a text of hexadecimal digits");
        return new OttlIdEquals(id, text.Text, sign == "!=");
    }

    private OttlNode Sum()
    {
        Enter();
        var left = Product();
        while (Now.Kind is '+' or '-')
            left = new OttlArithmetic(left, Next().Kind, Product());
        _depth--;
        return left;
    }

    private OttlNode Product()
    {
        var left = Value();
        while (Now.Kind is '*' or '/')
            left = new OttlArithmetic(left, Next().Kind, Value());
        return left;
    }

    private OttlNode Value()
    {
        var token = Next();
        switch (token.Kind)
        {
            case 's':
                return new OttlConstant(Encoding.UTF8.GetBytes(token.Text));
            case 'n':
                return Number(token, "");
            case '-' when Now.Kind == 'n':
                return Number(Next(), "-");
            case '(':
                var sum = Sum();
                Take(')');
                return sum;
            case 'i' when Now.Kind == '(':
                return Function(token);
            case 'i':
                return Name(token);
            default:
                _at = token.Kind == 'e' ? _at : _at - 1;
                throw Unexpected();
        }
    }

    private static OttlConstant Number(OttlToken token, string sign)
    {
        var text = sign + token.Text;
        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole))
            return new OttlConstant(whole);
        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number)
            ? new OttlConstant(number)
            : throw new OttlException(token.Column, $"{text} is no number");
    }

    private OttlNode Name(OttlToken token)
    {
        switch (token.Text)
        {
            case "nil":
                return new OttlConstant();
            case "true" or "false":
                return new OttlConstant(token.Text == "true");
        }
        if (OttlPaths.Enum(token.Text) is { } number)
            return new OttlConstant(number);
        var path = new StringBuilder(token.Text);
        while (Now.Kind == '.')
        {
            _at++;
            path.Append('.').Append(Take('i').Text);
        }
        return Path(token, path.ToString());
    }

    private OttlNode Path(OttlToken token, string path)
    {
        if (Now.Kind != '[')
            return OttlPaths.Field(path, _isEvent) is { } field ? new OttlFieldPath(field) : throw new OttlException(token.Column, $"{path} is not known; {Known}");
        _at++;
        var key = Take('s').Text;
        Take(']');
        if (Now.Kind == '[')
            throw new OttlException(Now.Column, "values inside a map or a list are not looked at; compare attributes by one key");
        return OttlPaths.Owner(path, _isEvent) is { } owner
            ? new OttlAttributePath(owner, Encoding.UTF8.GetBytes(key))
            : throw new OttlException(token.Column, $"{path}[\"…\"] is not known; {Known}");
    }

    private OttlNode Function(OttlToken name)
    {
        Take('(');
        OttlNode made;
        if (name.Text == "IsMatch")
        {
            var target = Sum();
            Take(',');
            made = new OttlMatch(target, Expression(Take('s')));
        }
        else if (name.Text == "IsRootSpan")
        {
            made = new OttlIsRoot();
        }
        else if (name.Text == "Duration")
        {
            made = Duration(Take('s'));
        }
        else
        {
            throw new OttlException(name.Column, $"{name.Text}(…) is not known; {Known}");
        }
        Take(')');
        return made;
    }

    private static System.Text.RegularExpressions.Regex Expression(OttlToken token)
    {
        try
        {
            return LinearRegex.Unanchored(token.Text);
        }
        catch (Exception wrong) when (wrong is ArgumentException or NotSupportedException)
        {
            throw new OttlException(token.Column, wrong.Message);
        }
    }

    private static OttlConstant Duration(OttlToken token) => OttlPaths.DurationNanos(token.Text) is { } nanos
        ? new OttlConstant(nanos)
        : throw new OttlException(token.Column, $"\"{token.Text}\" is no duration; write it as 300ms, 1.5s, 1h30m");

    private bool TryWord(string word)
    {
        if (Now.Kind != 'i' || Now.Text != word)
            return false;
        _at++;
        return true;
    }

    private OttlToken Take(char kind) => Now.Kind == kind ? Next() : throw Unexpected(kind switch { 's' => "a text in quotes", 'i' => "a name", _ => $"'{kind}'" });

    private OttlToken Next() => _tokens[_at < _tokens.Count - 1 ? _at++ : _at];

    private void Enter()
    {
        if (++_depth > MaxDepth)
            throw new OttlException(Now.Column, $"nested deeper than {MaxDepth}");
    }

    private OttlException Unexpected(string expected = "") => new(Now.Column,
        $"{(Now.Kind == 'e' ? "it ends" : $"\"{Now.Text}\" stands")} where {(expected.Length > 0 ? expected : "something else")} is expected; {Known}");
}

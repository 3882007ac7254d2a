using System.Globalization;
using Bongsu.Query.LogQL.Stages;
using Bongsu.Query.LogQL.Templates;
using Bongsu.Telemetry.Labels;
using MatchType = Bongsu.Telemetry.Labels.MatchType;

namespace Bongsu.Query.LogQL.Parsing;

/// <summary>Parses stream selectors and pipelines; the metric parser shares its cursor.</summary>
internal sealed class PipelineParser(TokenCursor cursor)
{
    private const string EmptySelector = "queries require at least one regexp or equality matcher that does not have an empty-compatible value. " +
        "For instance, app=~\".*\" does not meet this requirement, but app=~\".+\" will";

    public IReadOnlyList<LabelMatcher> Matchers()
    {
        cursor.Expect("{");
        var matchers = new List<LabelMatcher>();
        while (!cursor.Current.Is("}"))
        {
            if (matchers.Count > 0 && !cursor.TryTake(","))
                throw cursor.Unexpected("} or ,");
            if (matchers.Count > 0 && cursor.Current.Is("}"))
                break;
            cursor.CountPart();
            var name = cursor.Expect(LogQlTokenKind.Identifier).Text;
            var type = MatchTypeOf(cursor.Take());
            matchers.Add(LogQlRegex.Matcher(type, name, cursor.Expect(LogQlTokenKind.String).Text));
        }
        cursor.Expect("}");
        if (!matchers.Exists(m => m.Type is MatchType.Equal or MatchType.Regex && !m.MatchesEmpty))
            throw new LogQlSyntaxException(EmptySelector, -1);
        return matchers;
    }

    /// <summary>Stages up to what starts none: a range, <c>unwrap</c>, a bracket or the end.</summary>
    public void Stages(List<LineStage> stages)
    {
        while (TryStage(out var stage))
        {
            stages.Add(stage);
            CheckCount(stages);
        }
    }

    private void CheckCount(List<LineStage> stages)
    {
        if (stages.Count > cursor.Limits.MaxStages)
            throw new LogQlSyntaxException($"more than {cursor.Limits.MaxStages} pipeline stages", cursor.Current.Position);
    }

    /// <summary>The label filters behind an <c>unwrap</c>.</summary>
    public List<LineStage> PostFilters()
    {
        var filters = new List<LineStage>();
        while (cursor.TryTake("|"))
        {
            filters.Add(new LabelFilter(Condition()));
            CheckCount(filters);
        }
        return filters;
    }

    private bool TryStage(out LineStage stage)
    {
        stage = null!;
        var token = cursor.Current;
        if (token.Kind != LogQlTokenKind.Symbol)
            return false;
        if (token.Text is "|=" or "!=" or "|~" or "!~" or "|>" or "!>")
        {
            stage = LineFilter();
            return true;
        }
        if (token.Text != "|" || cursor.Peek(1).IsWord("unwrap"))
            return false;
        cursor.Take();
        stage = NamedStage();
        return true;
    }

    private LineFilter LineFilter()
    {
        var operation = cursor.Take().Text;
        var kind = operation[1] switch { '=' => LineFilterKind.Contains, '~' => LineFilterKind.Regex, _ => LineFilterKind.Pattern };
        var probes = new List<LineProbe> { Probe(kind) };
        while (cursor.TryTakeWord("or"))
        {
            cursor.CountPart();
            probes.Add(Probe(kind));
        }
        return new LineFilter(operation, probes);
    }

    private LineProbe Probe(LineFilterKind kind)
    {
        if (kind == LineFilterKind.Contains && cursor.Current.IsWord("ip") && cursor.Peek(1).Is("("))
            return new LineProbe(LineFilterKind.Address, AddressText());
        return new LineProbe(kind, cursor.Expect(LogQlTokenKind.String).Text);
    }

    private string AddressText()
    {
        cursor.Take();
        cursor.Expect("(");
        var text = cursor.Expect(LogQlTokenKind.String).Text;
        cursor.Expect(")");
        return text;
    }

    private LineStage NamedStage()
    {
        var word = cursor.Current;
        // A stage's name followed by a comparison is a label of that name.
        if (word.Kind == LogQlTokenKind.Identifier && !IsComparison(cursor.Peek(1)))
        {
            switch (word.Keyword)
            {
                case "json": cursor.Take(); return Json();
                case "logfmt": cursor.Take(); return Logfmt();
                case "regexp": cursor.Take(); return Regexp();
                case "pattern": cursor.Take(); return new PatternStage(LinePattern.ForParser(cursor.Expect(LogQlTokenKind.String).Text));
                case "unpack": cursor.Take(); return new UnpackStage();
                case "decolorize": cursor.Take(); return new DecolorizeStage();
                case "line_format": cursor.Take(); return new LineFormatStage(Template());
                case "label_format": cursor.Take(); return LabelFormat();
                case "drop": cursor.Take(); return new DropLabels(Choices());
                case "keep": cursor.Take(); return new KeepLabels(Choices());
            }
        }
        return new LabelFilter(Condition());
    }

    private LineStage Json()
    {
        var paths = new List<(string, JsonPath)>();
        foreach (var (name, text, position) in Extractions())
        {
            if (!JsonPath.TryParse(text, out var path))
                throw new LogQlSyntaxException($"cannot parse expression [{text}]: not a path like a.b[0][\"c\"]", position);
            paths.Add((name, path));
        }
        return paths.Count == 0 ? new JsonStage() : new JsonPathStage(paths);
    }

    private LogfmtStage Logfmt()
    {
        bool strict = false, keepEmpty = false;
        while (cursor.Current.Kind == LogQlTokenKind.Symbol && cursor.Current.Text.StartsWith("--", StringComparison.Ordinal))
        {
            switch (cursor.Current.Text)
            {
                case "--strict": strict = true; break;
                case "--keep-empty": keepEmpty = true; break;
                default: throw cursor.Unexpected("--strict or --keep-empty");
            }
            cursor.Take();
        }
        return new LogfmtStage(strict, keepEmpty, [.. Extractions().Select(e => (e.Name, e.Text))]);
    }

    // name="expression", name, …: an expression left out is the name.
    private List<(string Name, string Text, int Position)> Extractions()
    {
        var found = new List<(string, string, int)>();
        while (cursor.Current.Kind == LogQlTokenKind.Identifier)
        {
            cursor.CountPart();
            var name = cursor.Take();
            if (cursor.TryTake("="))
            {
                var text = cursor.Expect(LogQlTokenKind.String);
                found.Add((name.Text, text.Text, text.Position));
            }
            else
            {
                found.Add((name.Text, name.Text, name.Position));
            }
            if (!cursor.TryTake(","))
                break;
        }
        return found;
    }

    private RegexpStage Regexp()
    {
        var text = cursor.Expect(LogQlTokenKind.String);
        var regex = LogQlRegex.Unanchored(text.Text);
        var names = regex.GetGroupNames().Where(n => !char.IsAsciiDigit(n[0])).ToList();
        if (names.Count == 0)
            throw new LogQlSyntaxException("at least one named capture must be supplied", text.Position);
        foreach (var name in names)
        {
            if (!LabelNaming.IsName(name))
                throw new LogQlSyntaxException($"invalid extracted label name '{name}'", text.Position);
        }
        if (RegexTemplate.GroupsOf(text.Text).CountBy(n => n).FirstOrDefault(n => n.Value > 1).Key is { } twice)
            throw new LogQlSyntaxException($"duplicate extracted label name '{twice}'", text.Position);
        return new RegexpStage(text.Text, regex, names);
    }

    private LineTemplate Template()
    {
        var text = cursor.Expect(LogQlTokenKind.String);
        return LineTemplate.Parse(text.Text, text.Position);
    }

    private LabelFormatStage LabelFormat()
    {
        var formats = new List<LabelFormat>();
        var targets = new HashSet<string>();
        do
        {
            cursor.CountPart();
            var target = cursor.Expect(LogQlTokenKind.Identifier);
            cursor.Expect("=");
            if (!targets.Add(target.Text))
                throw new LogQlSyntaxException($"multiple label name '{target.Text}' not allowed in a single format operation", target.Position);
            formats.Add(cursor.Current.Kind == LogQlTokenKind.Identifier
                ? new LabelFormat(target.Text, cursor.Take().Text, null)
                : new LabelFormat(target.Text, null, Template()));
        }
        while (cursor.TryTake(","));
        return new LabelFormatStage(formats);
    }

    private List<LabelChoice> Choices()
    {
        var choices = new List<LabelChoice>();
        do
        {
            cursor.CountPart();
            var name = cursor.Expect(LogQlTokenKind.Identifier).Text;
            LabelMatcher? matcher = null;
            if (cursor.Current.Kind == LogQlTokenKind.Symbol && cursor.Current.Text is "=" or "!=" or "=~" or "!~" && cursor.Peek(1).Kind == LogQlTokenKind.String)
                matcher = LogQlRegex.Matcher(MatchTypeOf(cursor.Take()), name, cursor.Take().Text);
            choices.Add(new LabelChoice(name, matcher));
        }
        while (cursor.TryTake(","));
        return choices;
    }

    // Label conditions: `or` binds less than `and`, a comma and mere juxtaposition, which all mean and.
    private LabelCondition Condition()
    {
        cursor.Enter();
        var left = Conjunction();
        while (cursor.TryTakeWord("or"))
        {
            cursor.CountPart();
            left = new AnyOf(left, Conjunction());
        }
        cursor.Leave();
        return left;
    }

    private LabelCondition Conjunction()
    {
        var left = Comparison();
        while (cursor.TryTakeWord("and") || cursor.TryTake(",") || IsNextComparison())
        {
            cursor.CountPart();
            left = new AllOf(left, Comparison());
        }
        return left;
    }

    private bool IsNextComparison() =>
        cursor.Current.Is("(") || (cursor.Current.Kind == LogQlTokenKind.Identifier && !cursor.Current.IsWord("or") && IsComparison(cursor.Peek(1)));

    private static bool IsComparison(LogQlToken token) =>
        token.Kind == LogQlTokenKind.Symbol && token.Text is "=" or "==" or "!=" or "=~" or "!~" or ">" or ">=" or "<" or "<=";

    private LabelCondition Comparison()
    {
        if (cursor.TryTake("("))
        {
            var inner = Condition();
            cursor.Expect(")");
            return inner;
        }
        var name = cursor.Expect(LogQlTokenKind.Identifier).Text;
        if (!IsComparison(cursor.Current))
            throw cursor.Unexpected();
        var operation = cursor.Take();
        var value = cursor.Current;
        if (value.Kind == LogQlTokenKind.String && operation.Text is "=" or "!=" or "=~" or "!~")
        {
            cursor.Take();
            return new TextCondition(LogQlRegex.Matcher(MatchTypeOf(operation), name, value.Text));
        }
        if (value.IsWord("ip") && operation.Text is "=" or "!=")
            return new AddressCondition(name, operation.Text == "!=", AddressMatcher.Parse(AddressText()));
        if (operation.Text is "=~" or "!~")
            throw cursor.Unexpected("STRING");
        return Quantity(name, operation.Text);
    }

    private QuantityCondition Quantity(string name, string operation)
    {
        var isNegative = cursor.TryTake("-");
        if (!isNegative)
            cursor.TryTake("+");
        var sign = isNegative ? -1.0 : 1;
        var token = cursor.Expect(LogQlTokenKind.Number);
        var text = (isNegative ? "-" : "") + token.Text;
        if (LogQlUnits.TryNumber(token.Text, out var number))
            return new QuantityCondition(name, operation, QuantityKind.Number, sign * number, text);
        if (LogQlUnits.TryDurationNanos(token.Text, out var nanos))
            return new QuantityCondition(name, operation, QuantityKind.Duration, sign * nanos, text);
        if (LogQlUnits.TryBytes(token.Text, out var bytes))
            return new QuantityCondition(name, operation, QuantityKind.Bytes, sign * bytes, text);
        throw new LogQlSyntaxException($"syntax error: \"{token.Text}\" is no number, duration or byte size", token.Position);
    }

    private MatchType MatchTypeOf(LogQlToken token) => token.Kind != LogQlTokenKind.Symbol
        ? throw new LogQlSyntaxException($"syntax error: unexpected {token.Describe()}, expecting = or != or =~ or !~", token.Position)
        : token.Text switch
        {
            "=" => MatchType.Equal,
            "!=" => MatchType.NotEqual,
            "=~" => MatchType.Regex,
            "!~" => MatchType.NotRegex,
            _ => throw new LogQlSyntaxException($"syntax error: unexpected {token.Describe()}, expecting = or != or =~ or !~", token.Position),
        };
}

using System.Globalization;
using System.Text.RegularExpressions;
using Bongsu.Query.PromQL.Syntax;
using Bongsu.Telemetry.Labels;

namespace Bongsu.Query.Tests.PromQL;

internal abstract record PromTestCommand(int Line);

internal sealed record ClearCommand(int Line) : PromTestCommand(Line);

internal sealed record LoadCommand(int Line, long StepMs, bool WithCustomBuckets) : PromTestCommand(Line)
{
    public List<LoadedSeries> Series { get; } = [];
}

/// <param name="Labels">Its labels.</param>
/// <param name="Points">One a step.</param>
/// <param name="StartOffsetsMs">When the counter began, before or after each point; null where unknown. Null: nothing is said of it.</param>
internal sealed record LoadedSeries(LabelSet Labels, List<PromTestPoint> Points, List<long?>? StartOffsetsMs);

/// <param name="Kind">warn, info, no_warn, no_info, fail.</param>
/// <param name="Message">The exact text, or null.</param>
/// <param name="Pattern">A regular expression for the text, or null.</param>
internal sealed record PromTestExpectation(string Kind, string? Message, string? Pattern)
{
    public bool Accepts(string text) =>
        Message is not null ? text == Message || (Kind == "fail" && text.EndsWith(": " + Message, StringComparison.Ordinal))
        : Pattern is null || Regex.IsMatch(text, Pattern);
}

internal sealed record EvalCommand(int Line, string Expr, bool IsRange, long StartMs, long EndMs, long StepMs) : PromTestCommand(Line)
{
    public List<PromTestExpectation> Expectations { get; } = [];
    public List<(LabelSet Labels, List<PromTestPoint> Points)> Series { get; } = [];
    public (long StartMs, long EndMs, long StepMs)? RangeVector { get; set; }
    public double? Scalar { get; set; }
    public string? Text { get; set; }
    public bool IsOrdered { get; set; }

    /// <summary>The same without series.</summary>
    public EvalCommand Copy()
    {
        var copy = new EvalCommand(Line, Expr, IsRange, StartMs, EndMs, StepMs) { RangeVector = RangeVector, Scalar = Scalar, Text = Text, IsOrdered = IsOrdered };
        copy.Expectations.AddRange(Expectations);
        return copy;
    }

    public bool Expects(string kind) => Expectations.Exists(e => e.Kind == kind);
}

/// <summary>Reads scripts of Prometheus' query test language: load, clear, eval.</summary>
internal static partial class PromTestScript
{
    public static List<PromTestCommand> Parse(string text)
    {
        var lines = text.Split('\n').Select(l => l.Trim()).ToArray();
        for (var i = 0; i < lines.Length; i++)
        {
            if (lines[i].StartsWith('#'))
                lines[i] = "#";
        }
        var commands = new List<PromTestCommand>();
        for (var at = 0; at < lines.Length;)
        {
            var line = lines[at];
            if (line is "" or "#")
                at++;
            else if (line == "clear")
                commands.Add(new ClearCommand(++at));
            else if (line.StartsWith("load", StringComparison.Ordinal))
                commands.Add(Load(lines, ref at));
            else if (line.StartsWith("eval", StringComparison.Ordinal))
                commands.Add(Eval(lines, ref at));
            else
                throw new FormatException($"line {at + 1}: unknown command: {line}");
        }
        return commands;
    }

    private static LoadCommand Load(string[] lines, ref int at)
    {
        var words = lines[at].Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
        var load = new LoadCommand(at + 1, Duration(words[1]), words[0] == "load_with_nhcb");
        (LabelSet Labels, List<long?> Offsets)? starts = null;
        for (at++; at < lines.Length && !EndsBlock(lines[at]); at++)
        {
            if (lines[at] == "#")
                continue;
            var labels = Metric(lines[at], out var end);
            if (lines[at].AsSpan(end).StartsWith("@st"))
            {
                starts = (labels, StartTimes(lines[at][(end + 3)..]));
                continue;
            }
            var points = PromTestPoint.ParseAll(lines[at][end..]);
            if (starts is { } said && (!said.Labels.Equals(labels) || said.Offsets.Count != points.Count))
                throw new FormatException($"line {at + 1}: the start times before are of another series or another number");
            load.Series.Add(new LoadedSeries(labels, points, starts?.Offsets));
            starts = null;
        }
        return load;
    }

    // Start times are durations from the time of their point: -30s, -30sx4 (five of them), -30s-1mx4 (each a minute earlier than the one before), _ and _x4.
    private static List<long?> StartTimes(string text)
    {
        var offsets = new List<long?>();
        foreach (var item in text.Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries))
        {
            var match = StartItem().Match(item);
            if (!match.Success)
                throw new FormatException($"bad start time {item}");
            var times = match.Groups["times"].Success ? int.Parse(match.Groups["times"].Value, CultureInfo.InvariantCulture) : 0;
            if (match.Groups["first"].Value == "_")
            {
                offsets.AddRange(Enumerable.Repeat<long?>(null, Math.Max(times, 1)));
                continue;
            }
            var step = match.Groups["step"].Success ? Duration(match.Groups["step"].Value) : 0;
            for (var i = 0; i <= times; i++)
                offsets.Add(Duration(match.Groups["first"].Value) + i * step);
        }
        return offsets;
    }

    private static EvalCommand Eval(string[] lines, ref int at)
    {
        var match = EvalLine().Match(lines[at]);
        if (!match.Success)
            throw new FormatException($"line {at + 1}: bad eval: {lines[at]}");
        var isRange = match.Groups["from"].Success;
        var start = Duration(match.Groups[isRange ? "from" : "at"].Value);
        var eval = new EvalCommand(at + 1, match.Groups["expr"].Value, isRange, start, isRange ? Duration(match.Groups["to"].Value) : start,
            isRange ? Duration(match.Groups["step"].Value) : 0);
        if (match.Groups["mode"].Success)
            Expect(eval, match.Groups["mode"].Value);
        for (at++; at < lines.Length && !EndsBlock(lines[at]); at++)
        {
            if (lines[at] != "#")
                Expectation(eval, lines[at]);
        }
        return eval;
    }

    private static bool EndsBlock(string line) => line is "" or "clear" || line.StartsWith("eval ", StringComparison.Ordinal);

    private static void Expectation(EvalCommand eval, string line)
    {
        if (line.StartsWith("expect range vector", StringComparison.Ordinal))
        {
            var match = RangeVectorLine().Match(line);
            eval.RangeVector = (Duration(match.Groups[1].Value), Duration(match.Groups[2].Value), Duration(match.Groups[3].Value));
        }
        else if (line.StartsWith("expect string ", StringComparison.Ordinal))
            eval.Text = ((StringExpr)PromQlParser.Parse(line["expect string ".Length..]).Expr!).Text;
        else if (line.StartsWith("expect ", StringComparison.Ordinal))
            Expect(eval, line["expect ".Length..]);
        else if (PromNumber.TryParse(line, out var scalar))
            eval.Scalar = scalar;
        else
        {
            var labels = Metric(line, out var end);
            eval.Series.Add((labels, PromTestPoint.ParseAll(line[end..])));
        }
    }

    private static void Expect(EvalCommand eval, string what)
    {
        var match = ExpectLine().Match(what);
        if (!match.Success)
            throw new FormatException($"line {eval.Line}: bad expectation: {what}");
        if (match.Groups["kind"].Value == "ordered")
            eval.IsOrdered = true;
        else
        {
            eval.Expectations.Add(new PromTestExpectation(match.Groups["kind"].Value, Found(match, "msg"), Found(match, "regex")));
        }
    }

    private static string? Found(Match match, string group) => match.Groups[group].Success ? match.Groups[group].Value.Trim() : null;

    private static LabelSet Metric(string line, out int end)
    {
        var at = 0;
        while (at < line.Length && line[at] is not ('{' or ' ' or '\t' or '@'))
            at++;
        var labels = new LabelSetBuilder();
        if (at > 0)
            labels.Set(LabelNames.MetricName, line[..at]);
        if (at < line.Length && line[at] == '{')
        {
            var close = Closing(line, at);
            foreach (Match pair in LabelPair().Matches(line[(at + 1)..close]))
            {
                var name = pair.Groups["name"].Value;
                var value = Unquote(pair.Groups["value"].Value);
                labels.Set(name.StartsWith('"') ? Unquote(name) : name, value);
            }
            if (QuotedName().Match(line[(at + 1)..close]) is { Success: true } quoted)
                labels.Set(LabelNames.MetricName, Unquote(quoted.Groups[1].Value));
            at = close + 1;
        }
        end = at;
        return labels.ToLabelSet();
    }

    private static int Closing(string line, int from)
    {
        var quoted = false;
        for (var i = from; i < line.Length; i++)
        {
            if (quoted && line[i] == '\\')
                i++;
            else if (line[i] == '"')
                quoted = !quoted;
            else if (line[i] == '}' && !quoted)
                return i;
        }
        throw new FormatException($"unclosed labels: {line}");
    }

    private static string Unquote(string quoted) => ((StringExpr)PromQlParser.Parse(quoted).Expr!).Text;

    private static long Duration(string text) =>
        text == "0" ? 0
        : PromDuration.TryParse(text.TrimStart('-', '+'), out var ms) ? text.StartsWith('-') ? -ms : ms
        : long.Parse(text, CultureInfo.InvariantCulture) * 1000;

    [GeneratedRegex(@"^eval(?:_(?<mode>fail|warn|info|ordered))?\s+(?:instant\s+(?:at\s+(?<at>\S+)\s+)|range\s+from\s+(?<from>\S+)\s+to\s+(?<to>\S+)\s+step\s+(?<step>\S+)\s+)(?<expr>.+)$")]
    private static partial Regex EvalLine();

    [GeneratedRegex(@"^(?<first>_|[+-]?(?:\d+[a-z]+)+?|0)(?<step>[+-](?:\d+[a-wyz]+)+)?(?:x(?<times>\d+))?$")]
    private static partial Regex StartItem();

    [GeneratedRegex(@"^expect range vector from (\S+) to (\S+) step (\S+)$")]
    private static partial Regex RangeVectorLine();

    [GeneratedRegex(@"^(?<kind>ordered|fail|warn|no_warn|info|no_info)(?:\s+(?:msg:(?<msg>.*)|regex:(?<regex>.*)))?$")]
    private static partial Regex ExpectLine();

    [GeneratedRegex(@"(?<name>[A-Za-z_][A-Za-z0-9_]*|""(?:[^""\\]|\\.)*"")\s*=\s*(?<value>""(?:[^""\\]|\\.)*"")")]
    private static partial Regex LabelPair();

    [GeneratedRegex(@"(?:^|,)\s*(""(?:[^""\\]|\\.)*"")\s*(?:,|$)")]
    private static partial Regex QuotedName();
}

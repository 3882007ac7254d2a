using Bongsu.Response.Configuration;

namespace Bongsu.Response.Slos;

/// <summary>How an objective is measured: PromQL of the number of bad and of all events in the last so many ms.</summary>
/// <param name="Warnings">What is doubtful about it, such as a latency threshold between two buckets.</param>
public sealed record SliSource(Func<long, string> Bad, Func<long, string> Total, IReadOnlyList<string> Warnings)
{
    public const string WindowVariable = "$window";

    /// <summary>The share of bad events; events that were never seen failing count as 0 bad, no events as no data.</summary>
    public string Ratio(long windowMs) => $"(({Bad(windowMs)}) or vector(0)) / ({Total(windowMs)} > 0)";

    /// <summary>From the owner's own counters.</summary>
    public static SliSource Of(Sli.Events events)
    {
        var total = Counted(events.Total);
        var bad = events.Bad is { } given ? Counted(given) : $"({total}) - (({Counted(events.Good!)}) or vector(0))";
        return new SliSource(windowMs => Fill(bad, windowMs), windowMs => Fill(total, windowMs), []);
    }

    /// <summary>Whether an expression says itself where its range stands.</summary>
    internal static bool HasWindow(string expression) => Spelled(expression).Contains(WindowVariable, StringComparison.Ordinal);

    internal static string Fill(string expression, long windowMs) =>
        Spelled(expression).Replace(WindowVariable, DurationText.Format(TimeSpan.FromMilliseconds(windowMs)), StringComparison.Ordinal);

    private static string Counted(string expression) =>
        HasWindow(expression) ? expression : $"sum(increase({expression.Trim()}[{WindowVariable}]))";

    // Sloth's spelling of the variable is taken too.
    private static string Spelled(string expression) => expression.Trim()
        .Replace("{{.window}}", WindowVariable, StringComparison.Ordinal).Replace("{{ .window }}", WindowVariable, StringComparison.Ordinal);
}

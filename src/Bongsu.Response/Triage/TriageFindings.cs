using System.Globalization;

namespace Bongsu.Response.Triage;

/// <summary>What one triage knows so far. Probes read it and add to it.</summary>
internal sealed class TriageFindings(TriageRequest request, CallGraph graph, TriageSpan span, Localizer localizer, Localization localization, EvidenceQueries queries)
{
    public TriageRequest Request => request;
    public TriageKind Kind => request.Kind;
    public CallGraph Graph => graph;
    public TriageSpan Span => span;
    public Localizer Localizer => localizer;
    public Localization Localization => localization;
    public EvidenceQueries Queries => queries;

    public List<Candidate> Candidates { get; } = [];
    public List<EvidenceDraft> Evidence { get; } = [];
    public List<Suspect> RuledOut { get; } = [];
    public List<string> BlindSpots { get; } = [];

    /// <summary>Candidates, most likely first; the order is total, so that the same telemetry gives the same answer.</summary>
    public IReadOnlyList<Candidate> Ranked() =>
        [.. Candidates.OrderByDescending(c => c.Score).ThenByDescending(c => c.Share).ThenBy(c => c.Key)];

    public static string Percent(double share) => (share * 100).ToString(share < 0.0995 ? "0.0" : "0", CultureInfo.InvariantCulture) + " %";

    public static string Seconds(double seconds) =>
        seconds < 0.9995 ? (seconds * 1000).ToString("0", CultureInfo.InvariantCulture) + " ms" : seconds.ToString("0.00", CultureInfo.InvariantCulture) + " s";

    public string Value(double value, TriageKind kind) => kind == TriageKind.Errors ? Percent(value) : Seconds(value);
}

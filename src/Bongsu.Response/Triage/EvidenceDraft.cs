namespace Bongsu.Response.Triage;

/// <summary>A claim before its query has been run. The sentence takes the values that the query gives.</summary>
internal sealed record EvidenceDraft(string Code, string Query, string Unit, Func<string, string, string> Claim)
{
    /// <summary>The candidate it is about; null when it is about the incident as a whole.</summary>
    public Candidate? About { get; init; }
    public bool Supports { get; init; } = true;
    public double? Share { get; init; }
    public IReadOnlyDictionary<string, double> Numbers { get; init; } = new Dictionary<string, double>();
    public IReadOnlyDictionary<string, string> Texts { get; init; } = new Dictionary<string, string>();
}

using Bongsu.Response.Red;

namespace Bongsu.Response.Triage;

/// <summary>The requests one service served, in all and by version and instance.</summary>
internal sealed class CallNode(string service, RedSource source, int bins)
{
    public string Service => service;
    public RedSource Source => source;
    public Tally Total { get; } = new(bins);
    public SortedDictionary<string, Tally> Versions { get; } = new(StringComparer.Ordinal);
    public SortedDictionary<string, Tally> Instances { get; } = new(StringComparer.Ordinal);
}

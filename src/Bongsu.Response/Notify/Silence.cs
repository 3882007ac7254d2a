using Bongsu.Telemetry.Labels;

namespace Bongsu.Response.Notify;

/// <summary>Alerts that match all matchers tell nobody between the two times.</summary>
public sealed record Silence(string Id, IReadOnlyList<LabelMatcher> Matchers, long StartsMs, long EndsMs, string CreatedBy, string Comment)
{
    public bool IsActive(long nowMs) => StartsMs <= nowMs && nowMs < EndsMs;
}

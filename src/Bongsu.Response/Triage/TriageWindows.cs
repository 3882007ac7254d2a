namespace Bongsu.Response.Triage;

/// <summary>How far back triage looks. The defaults are for production; a demo with shortened burn-rate windows shortens these too.</summary>
public sealed record TriageWindows
{
    public static readonly TriageWindows Production = new();

    /// <summary>For data of a few minutes: 10 minutes back, releases up to 3 minutes before the onset.</summary>
    public static readonly TriageWindows Demo = new() { Baseline = TimeSpan.FromMinutes(10), ReleaseBefore = TimeSpan.FromMinutes(3) };

    /// <summary>Healthy time to compare with, before the hinted onset.</summary>
    public TimeSpan Baseline { get; init; } = TimeSpan.FromMinutes(60);

    /// <summary>How long before the onset a release may be its cause.</summary>
    public TimeSpan ReleaseBefore { get; init; } = TimeSpan.FromMinutes(15);
}

namespace Bongsu.Response.Triage;

/// <summary>Every threshold and weight of triage. Nothing else decides.</summary>
public static class TriageWeights
{
    // Gate. Errors: the chance of so many failures if nothing had changed, times the number of onsets that were tried.
    public const double GateErrorChance = 1e-4;
    public const double GateMinExcessFailures = 3;
    public const double GateLatencyZ = 3;

    /// <summary>A change of less than this share of the healthy duration is no change, however steady the service is.</summary>
    public const double LatencyFloor = 0.02;

    // Localize: what makes one service or call anomalous. Looser than the gate, because many parts of a true incident are small.
    public const double PartErrorChance = 1e-3;
    public const double PartLatencyZ = 3;
    public const double PartMinShare = 0.03;

    /// <summary>A caller may see this much more excess than its callee before the way between them is credited.</summary>
    public const double GapTolerance = 0.15;

    // Versions: requests that each side of a comparison needs, and how sure it must be.
    public const double SplitMinRequests = 20;
    // Only releases near the onset are compared, so there are few to be unlucky with.
    public const double SplitErrorChance = 1e-2;
    public const double SplitLatencyZ = 3;

    // Rank: log-odds.
    public const double Prior = -1;
    public const double ShareWeight = 2;
    public const double OnsetInTime = 1;
    public const double OnsetLate = -2;
    public const double VersionSplit = 1.5;
    public const double ReleaseAtOnset = 0.5;
    public const double ReleaseNear = 0.2;

    // Say "don't know" below these.
    public const double MinShare = 0.30;
    public const double MinMargin = 0.15;

    /// <summary>A suspect that explains less is not listed.</summary>
    public const double ListedShare = 0.02;
    public const int MaxAlternatives = 4;
}

using Bongsu.Response.Releases;

namespace Bongsu.Response.Triage;

/// <summary>A suspect while it is being weighed.</summary>
internal sealed class Candidate(SuspectKey key, double share)
{
    public SuspectKey Key => key;
    public double Share { get; set; } = share;

    /// <summary>When it began to go wrong by its own figures; null when they do not tell.</summary>
    public long? OnsetMs { get; set; }
    public bool OnsetLate { get; set; }

    /// <summary>Log-odds added by probes.</summary>
    public double Signature { get; set; }
    public Release? Release { get; set; }

    /// <summary>The release is the cause itself, not just near it.</summary>
    public bool IsRelease { get; set; }

    public SuspectKind Kind => IsRelease ? SuspectKind.Release : key.Kind;

    public string Object => IsRelease ? $"{key.Service} {Release!.Version}" : key.Object;

    public double Score
    {
        get
        {
            var share = Math.Clamp(Share, 0.02, 0.98);
            var onset = OnsetLate ? TriageWeights.OnsetLate : TriageWeights.OnsetInTime;
            return TriageWeights.Prior + (TriageWeights.ShareWeight * Math.Log(share / (1 - share))) + onset + Signature;
        }
    }
}

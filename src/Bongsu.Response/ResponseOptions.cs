using Bongsu.Response.Slos;
using Bongsu.Response.Triage;

namespace Bongsu.Response;

/// <summary>What the server decides for Response.</summary>
public sealed record ResponseOptions
{
    /// <summary>Folder of slos/, rules/, runbooks/, services.yaml and alertmanager.yaml.</summary>
    public required string ConfigDirectory { get; init; }

    /// <summary>Where people reach the page, without a slash at the end; stands in messages. Asked each time: a port of 0 is known only after start.</summary>
    public required Func<string> PublicUrl { get; init; }

    public TimeSpan EvaluationInterval { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How long an incident's alerts must have been quiet before it closes.</summary>
    public TimeSpan ResolveHold { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Set to let every objective use one burn-rate profile.</summary>
    public BurnProfile? Profile { get; init; }

    /// <summary>Whether rules may use PromQL that Prometheus has behind feature flags.</summary>
    public bool ExperimentalPromQl { get; init; }

    public TriageWindows TriageWindows { get; init; } = TriageWindows.Production;

    /// <summary>Shortened windows, for a demonstration that is over in minutes.</summary>
    public static ResponseOptions Demo(string configDirectory, Func<string> publicUrl) => new()
    {
        ConfigDirectory = configDirectory,
        PublicUrl = publicUrl,
        EvaluationInterval = TimeSpan.FromSeconds(5),
        ResolveHold = TimeSpan.FromSeconds(15),
        Profile = BurnProfile.Demo,
        TriageWindows = TriageWindows.Demo,
    };
}

/// <summary>Something the operator should know, for the server to log.</summary>
public sealed record ResponseLogEntry(string Message, Exception? Exception);

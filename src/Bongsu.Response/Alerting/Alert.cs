using System.Globalization;
using System.Text.Json.Serialization;
using Bongsu.Telemetry.Labels;

namespace Bongsu.Response.Alerting;

/// <summary>What an alert says in one sentence, and the parts to say it in another language.</summary>
/// <param name="Code"><c>sloBurn</c> or <c>rule</c>.</param>
public sealed record AlertSummary(string Code, IReadOnlyDictionary<string, double> Numbers, IReadOnlyDictionary<string, string> Texts, string Text);

/// <summary>One alert of one rule and label set, at one moment. Immutable.</summary>
public sealed record Alert
{
    /// <summary>Stable for a rule and its labels, over restarts and over repeated firing.</summary>
    public required string Id { get; init; }
    /// <summary><c>slo/ID/SEVERITY</c> or <c>rule/FILE/GROUP/NAME/EXPRESSION HASH</c>: what evaluates it.</summary>
    public required string Source { get; init; }
    public required string Name { get; init; }
    public string? Service { get; init; }
    public string? Slo { get; init; }
    /// <summary><c>page</c> or <c>ticket</c>.</summary>
    public required string Severity { get; init; }
    public required IReadOnlyDictionary<string, string> Labels { get; init; }
    public required IReadOnlyDictionary<string, string> Annotations { get; init; }
    public required AlertSummary Summary { get; init; }
    public string? Runbook { get; init; }
    public string? Dashboard { get; init; }
    /// <summary>PromQL of the figure that alerted.</summary>
    public required string Query { get; init; }
    public double? Value { get; init; }
    public double? Threshold { get; init; }
    public required AlertTimer Timer { get; init; }

    [JsonIgnore]
    public bool IsFiring => Timer.State == AlertState.Firing;

    [JsonIgnore]
    public bool IsPage => Severity == "page";

    public static string IdOf(string source, IReadOnlyDictionary<string, string> labels)
    {
        var builder = new LabelSetBuilder();
        foreach (var (name, value) in labels)
            builder.Set(name, value);
        builder.Set("__source__", source);
        return builder.ToLabelSet().Hash.ToString("x16", CultureInfo.InvariantCulture);
    }
}

/// <summary>An alert that moved, or a word about why it did not.</summary>
public sealed record AlertTransition(Alert Alert, AlertReason Reason, long AtMs);

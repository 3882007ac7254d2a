using System.Text.Json.Serialization;
using Bongsu.Response.Configuration;

namespace Bongsu.Response.Alerting;

/// <summary>The steps between a measurement and a call, in order.</summary>
[JsonConverter(typeof(CamelCaseEnumConverter<DecisionStage>))]
public enum DecisionStage
{
    Evaluation,
    Guard,
    Routing,
    Grouping,
    Inhibition,
    Silences,
    Deduplication,
    Delivery,
}

/// <summary>What one step decided about an alert and why.</summary>
/// <param name="Passed">The alert went on to the next step.</param>
/// <param name="Reason">A stable word.</param>
/// <param name="Detail">A sentence with figures and places.</param>
public sealed record DecisionStep(DecisionStage Stage, long AtMs, bool Passed, string Reason, string Detail);

using Bongsu.Response.Red;
using Bongsu.Telemetry.Labels;

namespace Bongsu.Response.Triage;

/// <summary>One counter series as read, with the service it belongs to.</summary>
internal sealed record ReadSeries(string Metric, string Owner, LabelSet Labels, CounterSamples Samples);

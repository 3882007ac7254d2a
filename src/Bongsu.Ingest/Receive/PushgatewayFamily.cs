using Bongsu.Ingest.Decode.Exposition;
using Bongsu.Telemetry.Metrics;

namespace Bongsu.Ingest.Receive;

/// <summary>One metric family of a push, as the bytes that show it. Immutable.</summary>
/// <param name="Name">Of the family.</param>
/// <param name="Type">As the push says.</param>
/// <param name="Format">Of the bytes.</param>
/// <param name="Bytes">Its lines, or its delimited message.</param>
internal sealed record PushgatewayFamily(string Name, MetricType Type, ExpositionFormat Format, byte[] Bytes);

using Bongsu.Ingest.Decode;
using Bongsu.Ingest.Decode.Otlp;
using Bongsu.Telemetry.Events;
using Bongsu.Telemetry.Labels;
using Bongsu.Telemetry.Logs;
using Bongsu.Telemetry.Metrics;
using Bongsu.Telemetry.Spans;

namespace Bongsu.Ingest.Pipeline.Enrich;

/// <summary>
/// Gives every resource the names that the signals are joined by: service.name, service.version, deployment.environment.name, from older spellings
/// if need be; and every log stream a service_name, marked as discovered where the sender gave none. Thread-safe.
/// </summary>
internal sealed class EnrichStage : ITelemetryProcessor
{
    // In the order in which Loki looks for a service name, so that the same labels lead to the same service.
    private static readonly byte[][] s_serviceLabels =
    [
        [.. "service"u8], [.. "app"u8], [.. "application"u8], [.. "name"u8], [.. "app_kubernetes_io_name"u8], [.. "container"u8], [.. "container_name"u8],
        [.. "k8s_container_name"u8], [.. "component"u8], [.. "workload"u8], [.. "job"u8], [.. "k8s_job_name"u8],
    ];

    public void Process(SpanBatch batch, RejectionTally tally) => Resources(batch.Resources, batch.Attributes);

    public void Process(LogBatch batch, RejectionTally tally)
    {
        Resources(batch.Resources, batch.Attributes);
        for (var i = 0; i < batch.Streams.Count; i++)
        {
            // Only this stage says what was found out.
            if (!Has(batch.StreamLabels(i), "service_name"u8) || Has(batch.StreamLabels(i), "__discovered__"u8))
                batch.Streams[i] = WithService(batch, i);
        }
    }

    // The labels of series are made by their decoders: OTLP ones from the resource, those of Prometheus stay as they were sent.
    public void Process(MetricBatch batch, RejectionTally tally) { }

    private static void Resources(Column<Resource> resources, AttributeTable attributes)
    {
        for (var i = 0; i < resources.Count; i++)
        {
            var range = resources[i].Attributes;
            var environment = Identity.Environment(attributes, range);
            if (environment >= 0 && attributes.Key(environment).SequenceEqual(ResourceKeys.EnvironmentOld))
                attributes.Keys[environment] = attributes.Arena.Append(ResourceKeys.Environment);
            var version = Identity.Version(attributes, range);
            var addVersion = version >= 0 && !attributes.Key(version).SequenceEqual(ResourceKeys.ServiceVersion);
            var addService = new Identity(attributes, range).Service.IsEmpty;
            if (addService || addVersion)
                resources[i] = resources[i] with { Attributes = Copy(attributes, range, addService, addVersion ? version : -1) };
        }
    }

    /// <summary>Ranges are contiguous, so a resource that gets attributes moves to the end of the table.</summary>
    private static AttributeRange Copy(AttributeTable table, AttributeRange range, bool addService, int version)
    {
        var start = table.Count;
        for (var row = range.Start; row < range.Start + range.Count; row++)
        {
            // An empty service.name or one that is no text is replaced, not repeated.
            if (!(addService && table.Key(row).SequenceEqual(ResourceKeys.ServiceName)) && !(version >= 0 && table.Key(row).SequenceEqual(ResourceKeys.ServiceVersion)))
                table.Add(table.Keys[row], table.Values[row]);
        }
        if (addService)
            table.Add(table.Arena.Append(ResourceKeys.ServiceName), AttributeValue.OfString(table.Arena.Append(Identity.UnknownService)));
        if (version >= 0)
            table.Add(table.Arena.Append(ResourceKeys.ServiceVersion), table.Values[version]);
        return table.Since(start);
    }

    private static Slice WithService(LogBatch batch, int stream)
    {
        var labels = new LabelBuffer();
        var reader = new LabelReader(batch.StreamLabels(stream));
        while (reader.MoveNext())
        {
            if (!reader.Name.SequenceEqual("__discovered__"u8))
                labels.Add(reader.Name, reader.Value);
        }
        if (labels.Find("service_name"u8) < 0)
            Discover(labels);
        labels.Canonical(out var canonical);
        return batch.Arena.Append(canonical);
    }

    private static void Discover(LabelBuffer labels)
    {
        var found = -1;
        foreach (var name in s_serviceLabels)
        {
            found = labels.Find(name);
            if (found >= 0)
                break;
        }
        labels.Add("service_name"u8, found < 0 ? System.Text.Encoding.UTF8.GetBytes(Identity.UnknownService) : labels.Value(found).ToArray());
        labels.Add("__discovered__"u8, "service_name"u8);
    }

    private static bool Has(ReadOnlySpan<byte> canonical, ReadOnlySpan<byte> name)
    {
        var reader = new LabelReader(canonical);
        while (reader.MoveNext())
        {
            if (reader.Name.SequenceEqual(name))
                return true;
        }
        return false;
    }
}

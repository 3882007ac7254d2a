using Bongsu.Ingest.Decode.JsonLines;
using Bongsu.Ingest.Decode.Loki;
using Bongsu.Ingest.Decode.Otlp;
using Bongsu.Ingest.Decode.Syslog;
using Bongsu.Telemetry.Logs;

namespace Bongsu.Ingest;

/// <summary>What one request of logs is worked on with.</summary>
internal sealed class LogWork(IngestLimits limits) : IngestWork
{
    public LogBatch Batch { get; } = new();
    public OtlpLogs Otlp { get; } = new(limits);
    public LokiJson LokiJson { get; } = new(limits);
    public LokiProto LokiProto { get; } = new(limits);
    public JsonLines JsonLines { get; } = new(limits);
    public SyslogRecords Syslog { get; } = new(limits);

    /// <summary>Records of the last request that said no time.</summary>
    public int WithoutTime { get; set; }

    public override int Count => Batch.Count;

    protected override long BatchBytes =>
        Batch.Arena.Length + RowBytes(Batch.Attributes) + RowBytes(Batch.Records) + RowBytes(Batch.Streams) + RowBytes(Batch.Resources) + RowBytes(Batch.Scopes);

    protected override void ClearBatch() => Batch.Clear();
}

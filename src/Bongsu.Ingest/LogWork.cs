using Bongsu.Ingest.Decode;
using Bongsu.Ingest.Decode.JsonLines;
using Bongsu.Ingest.Decode.Loki;
using Bongsu.Ingest.Decode.Otlp;
using Bongsu.Ingest.Decode.Syslog;
using Bongsu.Telemetry.Logs;

namespace Bongsu.Ingest;

/// <summary>What one request of logs is worked on with.</summary>
internal sealed class LogWork(IngestLimits limits)
{
    public LogBatch Batch { get; } = new();
    public RejectionTally Tally { get; } = new();
    public OtlpLogs Otlp { get; } = new(limits);
    public OtlpJson Json { get; } = new();
    public LokiJson LokiJson { get; } = new(limits);
    public LokiProto LokiProto { get; } = new(limits);
    public JsonLines JsonLines { get; } = new(limits);
    public SyslogRecords Syslog { get; } = new(limits);
    public ByteBuffer Transcoded { get; } = new();

    public void Clear()
    {
        Batch.Clear();
        Tally.Clear();
        Transcoded.Clear();
    }
}

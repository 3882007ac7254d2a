using Bongsu.AspNetCore.Export;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Bongsu.AspNetCore.Logging;

/// <summary>Hands log records to the export queue. The exporter's own category is left out, or a failing export would feed itself.</summary>
[ProviderAlias("Bongsu")]
internal sealed class OtlpLoggerProvider(BongsuOptions options, ExportQueue<LogEntry> queue, TimeProvider time) : ILoggerProvider, ISupportExternalScope
{
    public ExportQueue<LogEntry> Queue { get; } = queue;
    public TimeProvider Time { get; } = time;
    public IExternalScopeProvider? Scopes { get; private set; }
    public bool HasSummary { get; } = options.Requests is { Enabled: true, Summary: true };

    public ILogger CreateLogger(string categoryName) =>
        categoryName == typeof(OtlpSender).FullName ? NullLogger.Instance : new OtlpLogger(categoryName, this);

    public void SetScopeProvider(IExternalScopeProvider scopeProvider) => Scopes = scopeProvider;

    public void Dispose() { }
}

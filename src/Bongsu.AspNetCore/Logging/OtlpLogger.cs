using System.Diagnostics;
using Bongsu.AspNetCore.Export;
using Microsoft.Extensions.Logging;

namespace Bongsu.AspNetCore.Logging;

/// <summary>Queues one category's records for export.</summary>
internal sealed class OtlpLogger(string category, OtlpLoggerProvider provider) : ILogger
{
    private const int KestrelApplicationError = 13;

    public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None;

    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        // Why: the request summary carries this exception already; twice would count it twice.
        if (!IsEnabled(logLevel) || (provider.HasSummary && eventId.Id == KestrelApplicationError && category == "Microsoft.AspNetCore.Server.Kestrel"))
            return;
        var attributes = new List<KeyValuePair<string, object?>>();
        LogAttributes.AddState(attributes, state);
        LogAttributes.AddScopes(attributes, provider.Scopes);
        LogAttributes.AddException(attributes, exception);
        var activity = Activity.Current;
        provider.Queue.Add(new LogEntry(
            provider.Time.GetUtcNow(), logLevel, category, eventId.Name, formatter(state, exception), attributes,
            activity?.TraceId ?? default, activity?.SpanId ?? default, activity?.ActivityTraceFlags ?? default));
    }
}

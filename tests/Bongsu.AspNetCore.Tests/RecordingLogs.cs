using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Bongsu.AspNetCore.Tests;

/// <summary>Keeps every message logged through it.</summary>
internal sealed class RecordingLogs : ILoggerProvider
{
    public ConcurrentQueue<string> Messages { get; } = new();

    public ILogger CreateLogger(string categoryName) => new Recorder(Messages);

    public ILogger<T> CreateLogger<T>() => LoggerFactory.Create(b => b.AddProvider(this)).CreateLogger<T>();

    public void Dispose() { }

    private sealed class Recorder(ConcurrentQueue<string> messages) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;
        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            messages.Enqueue(formatter(state, exception));
    }
}

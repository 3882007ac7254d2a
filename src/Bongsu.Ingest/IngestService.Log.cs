using Microsoft.Extensions.Logging;

namespace Bongsu.Ingest;

public sealed partial class IngestService
{
    [LoggerMessage(EventId = 2001, Level = LogLevel.Error, Message = "The store failed to append {Signal}; the sender was told to send again")]
    private partial void LogStoreFailed(Exception exception, Signal signal);

    [LoggerMessage(EventId = 2003, Level = LogLevel.Error, Message = "Writing metrics derived from spans and logs failed; their totals are kept and written next time")]
    internal partial void LogDerivedFailed(Exception exception);

    [LoggerMessage(EventId = 2004, Level = LogLevel.Error, Message = "The log patterns that were known before could not be read; they begin anew")]
    private partial void LogPatternsNotRestored(Exception exception);

    [LoggerMessage(EventId = 2005, Level = LogLevel.Error, Message = "What came in today before the start could not be read; the daily budgets begin anew")]
    private partial void LogVolumesNotRestored(Exception exception);

    [LoggerMessage(EventId = 2006, Level = LogLevel.Error, Message = "The store could not drop traces that are not kept; it is told again in a second")]
    internal partial void LogSamplingFailed(Exception exception);

    [LoggerMessage(EventId = 2007, Level = LogLevel.Error, Message = "What was decided of traces before the start could not be read; traces that were undecided are kept as they are")]
    private partial void LogSamplingNotRestored(Exception exception);
}

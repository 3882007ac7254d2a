using Microsoft.Extensions.Logging;

namespace Bongsu.Ingest.Receive;

public sealed partial class Pushgateway
{
    [LoggerMessage(EventId = 2201, Level = LogLevel.Error, Message = "Record {Sequence} of pushed metrics in the journal cannot be read; it is left out")]
    private partial void LogUnreadable(long sequence);

    [LoggerMessage(EventId = 2202, Level = LogLevel.Error, Message = "Writing the pushed metrics of {Group} again failed; it is tried at the next interval")]
    private partial void LogShowFailed(Exception exception, string group);

    [LoggerMessage(EventId = 2203, Level = LogLevel.Warning, Message = "The journal of pushed metrics cannot be made shorter now; nothing is lost, and it is tried again later")]
    private partial void LogShortenFailed(Exception exception);
}

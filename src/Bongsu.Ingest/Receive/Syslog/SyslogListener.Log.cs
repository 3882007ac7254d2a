using System.Net;
using Microsoft.Extensions.Logging;

namespace Bongsu.Ingest.Receive.Syslog;

public sealed partial class SyslogListener
{
    [LoggerMessage(EventId = 2301, Level = LogLevel.Warning, Message = "A syslog connection of {Sender} was closed: {Why}. More of the kind are told once a minute at most; bongsu_ingest_refused_requests_total counts all")]
    private partial void LogRefused(IPAddress sender, string why);

    [LoggerMessage(EventId = 2302, Level = LogLevel.Error, Message = "A part of the syslog listener ended")]
    private partial void LogEnded(Exception exception);
}

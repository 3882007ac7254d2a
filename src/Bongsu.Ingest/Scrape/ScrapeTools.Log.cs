using Microsoft.Extensions.Logging;

namespace Bongsu.Ingest.Scrape;

internal sealed partial class ScrapeTools
{
    [LoggerMessage(EventId = 2101, Level = LogLevel.Error, Message = "A scrape of {Target} of job {Job} failed: a fault of the server itself")]
    private partial void LogFailed(Exception exception, string job, string target);

    [LoggerMessage(EventId = 2102, Level = LogLevel.Warning, Message = "Targets of job {Job}: {Problem}")]
    private partial void LogProblem(string job, string problem);
}

namespace Bongsu.Ingest.Tests.Pipeline.Derive;

/// <summary>A test over log lines whose events are known; skipped, and says so, where the data is not beside the repository.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class LoghubFactAttribute : FactAttribute
{
    public LoghubFactAttribute()
    {
        if (LoghubFile.Folder is null)
            Skip = "no log data: shared/conformance/loghub is not beside the repository and BONGSU_SHARED does not name it";
    }
}

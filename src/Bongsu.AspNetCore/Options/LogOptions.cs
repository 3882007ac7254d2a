namespace Bongsu.AspNetCore;

/// <summary>Log export and console format. Levels and categories are filtered as in any .NET service.</summary>
public sealed class LogOptions
{
    /// <summary>Off: no log record is exported (also <c>OTEL_LOGS_EXPORTER=none</c>).</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>One JSON object a line on the console. Default: on outside Development.</summary>
    public bool? JsonConsole { get; set; }

    /// <summary>Mutes the framework's own lines that the request summary and client spans replace.</summary>
    public bool MuteFrameworkNoise { get; set; } = true;
}

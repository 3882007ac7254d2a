using System.Text;

namespace Bongsu.Server.Tests.Ingest;

/// <summary>A log record as some way in is to send it.</summary>
/// <param name="Service">Its service.</param>
/// <param name="Body">Its text, of any bytes.</param>
/// <param name="TimeNanos">Its time.</param>
internal sealed record LogItem(string Service, byte[] Body, long TimeNanos)
{
    public IReadOnlyList<(string Key, string Value)> Fields { get; init; } = [];

    /// <summary>A way that sends JSON sends the body as a value rather than as a text.</summary>
    public bool IsBodyJson { get; init; }

    /// <summary>The body as it is shown: what is no UTF-8 is replaced.</summary>
    public string Shown => Encoding.UTF8.GetString(Body);
}

using Bongsu.Telemetry.Labels;

namespace Bongsu.Telemetry.Logs;

/// <summary>
/// Labels of streams as answers show them. A stream whose sender gave no service_name is kept with one that Bongsu found out from its other labels, and
/// with a mark that says so: it is selected by that name, and looks as it was sent to who does not ask for it. Pure.
/// </summary>
public static class StreamLabels
{
    /// <summary>The labels without the mark, and without what was found out unless <paramref name="withDiscovered"/>.</summary>
    public static LabelSet Visible(LabelSet stream, bool withDiscovered)
    {
        if (stream.Get(LabelNames.Discovered) is not { } discovered)
            return stream;
        var builder = new LabelSetBuilder(stream).Set(LabelNames.Discovered, "");
        if (!withDiscovered)
            builder.Set(discovered, "");
        return builder.ToLabelSet();
    }
}

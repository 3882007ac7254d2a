using Bongsu.Telemetry.Labels;
using Bongsu.Telemetry.Logs;

namespace Bongsu.Telemetry.Tests.Logs;

public sealed class StreamLabelsTests
{
    [Fact]
    public void What_was_found_out_is_shown_to_who_asks_and_the_mark_to_nobody()
    {
        var stream = LabelSet.Of(("app", "x"), ("service_name", "x"), (LabelNames.Discovered, "service_name"));
        Assert.Equal(LabelSet.Of(("app", "x")), StreamLabels.Visible(stream, withDiscovered: false));
        Assert.Equal(LabelSet.Of(("app", "x"), ("service_name", "x")), StreamLabels.Visible(stream, withDiscovered: true));
    }

    [Fact]
    public void What_was_sent_is_always_shown()
    {
        var stream = LabelSet.Of(("app", "x"), ("service_name", "y"));
        Assert.Equal(stream, StreamLabels.Visible(stream, withDiscovered: false));
    }
}

using Bongsu.Query.LogQL.Stages;

namespace Bongsu.Query.LogQL.Evaluation;

/// <summary>What log records of one stream, resource and scope share. Immutable but for what a count over them keeps here.</summary>
/// <param name="stream">Labels of the stream.</param>
/// <param name="shared">Fields that scope and resource give, but for those that are labels of the stream.</param>
/// <param name="readsFields">Whether a label that matters may be none of the stream's.</param>
/// <param name="isEnough">Whether all labels are the stream's that matter of a record which comes without its line.</param>
internal sealed class RecordOrigin(LabelEntry[] stream, LabelEntry[] shared, bool readsFields, bool isEnough)
{
    public LabelEntry[] Stream => stream;

    public LabelEntry[] Shared => shared;

    public bool ReadsFields => readsFields;

    public bool IsEnough => isEnough;

    /// <summary>The level that labels of the stream say, as detected_level names it; null when they say none.</summary>
    public string? Level { get; init; }

    /// <summary>Whether it is known what becomes of records that have no labels but these, and no line that matters.</summary>
    public bool IsDecided { get; set; }

    /// <summary>Where such records are counted; null: nowhere, a stage drops them.</summary>
    public CountSeries? CountedIn { get; set; }

    public static string? Find(LabelEntry[] labels, string name)
    {
        foreach (ref readonly var label in labels.AsSpan())
        {
            if (label.Name == name)
                return label.Text;
        }
        return null;
    }
}

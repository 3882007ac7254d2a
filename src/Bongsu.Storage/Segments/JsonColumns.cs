namespace Bongsu.Storage.Segments;

/// <summary>The JSON lines of a sealed block: their templates, from 1 on, and the columns of their values; template 0 has the bodies that are no JSON lines. Lives as long as one reading of a block.</summary>
internal sealed class JsonColumns(LogBlockHead head, BlockBytes block)
{
    public ColumnGroup Columns { get; } = new(block, head.Rows, head.Json, Shapes(head));

    public int TemplateCount => head.Templates.Count;

    public int Count => Columns.Count;

    public JsonTemplate Template(int number) => head.Templates[number - 1];

    public BlockColumn this[int column] => Columns[column];

    /// <summary>Rows of a template.</summary>
    public RowSet Rows(int template) => Columns.Rows(template);

    /// <summary>The column of a template's text or literal of that name, or -1.</summary>
    public int Find(JsonTemplate template, string name)
    {
        foreach (var column in template.Columns)
        {
            if (head.Json[column].Kind != JsonLine.ArrayHole && head.JsonNames[column] == name)
                return column;
        }
        return -1;
    }

    private static int[][] Shapes(LogBlockHead head)
    {
        var shapes = new int[head.Templates.Count + 1][];
        shapes[0] = [];
        for (var i = 1; i < shapes.Length; i++)
            shapes[i] = head.Templates[i - 1].Columns;
        return shapes;
    }
}
